"""Words that leave the house: a desk's group is told of what comes onto it, sheets and lists go out as Excel files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.journeys import the_loop as loop
from tests.journeys.child import Closeloop, until
from tests.journeys.site import Site

PUBLIC = "https://desk.example"
CUSTOMER = {"name": "王先生", "phone": "13800000001", "address": "5-0301"}


class Group(ThreadingHTTPServer):
    """A chat service of the outside world."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Message)
        self.heard: list[dict[str, Any]] = []


class Message(BaseHTTPRequestHandler):
    """One message to the group."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert isinstance(self.server, Group)
        self.server.heard.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    with Group() as group:
        thread = threading.Thread(target=group.serve_forever)
        thread.start()
        yield group
        group.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, group: Group) -> Iterator[Site]:
    """A house in real time whose repair leaders have a group."""
    folder = tmp_path_factory.mktemp("connected")
    groups = json.dumps({"repair_leader": f"json://127.0.0.1:{group.server_port}/"})
    words = ("up", "--port", 0, "--data", folder / "data", "--log", "warning")
    settings = {"chat_groups": groups, "public_url": PUBLIC}
    with Closeloop(*words, folder=folder, **settings) as running, Site(folder / "data", running.address) as site:
        yield site


@pytest.fixture(scope="module")
def case(house: Site) -> dict[str, Any]:
    found = loop.register(house, "repair", "厨房水管漏水，已关总阀", CUSTOMER, channel="telephone")
    loop.carry_out_work_order(house, found)
    return found


def test_the_group_of_a_desk_is_told_of_what_comes_onto_it_and_where_it_is_done(house: Site, group: Group, case):
    heard = until(lambda: group.heard, "a message to the group")
    assert any(f"{PUBLIC}/dispatch/cases/{case['id']}/duties/" in one["message"] for one in heard)
    told = json.dumps(group.heard, ensure_ascii=False)
    assert [personal for personal in CUSTOMER.values() if personal in told] == []
    operator = house.as_("operator")
    letters = until(lambda: operator.get("/api/dispatch/letters", state="sent")["items"], "a letter that is sent")
    assert {letter["goes_to"] for letter in letters} == {"repair_leader"}


def workbook(house: Site, path: str, **query: Any) -> CalamineWorkbook:
    operator = house.as_("operator")
    answer = house.web.get(house.address_of(path), params=query, headers=operator.headers)
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(BytesIO(answer.content))


def test_a_sheet_goes_out_as_an_excel_file(house: Site, case):
    [record] = house.as_("operator").get("/api/dispatch/records", key=case["id"])["items"]
    book = workbook(house, record["url"], **{"as": "xlsx", "lang": "zh"})
    front = book.get_sheet_by_index(0).to_python()
    assert str(front[0][0]).startswith("派工单") and ["报修人", "王先生"] in [row[:2] for row in front]
    shown = house.web.get(house.address_of(record["url"]), headers=house.as_("operator").headers)
    assert "as=xlsx" in shown.text
    unknown = house.web.get(house.address_of(record["url"] + "?as=doc"), headers=house.as_("operator").headers)
    assert unknown.status_code == 404


def test_the_register_and_the_facts_go_out_as_excel_files_with_a_row_for_each_case(house: Site, case):
    month = house.as_("operator").get(f"/api/intake/cases/{case['id']}")["registered_at"][:7]
    register = workbook(house, "/intake/register", period=month, **{"as": "xlsx"})
    cells = [
        str(cell)
        for sheet in register.sheet_names
        for row in register.get_sheet_by_name(sheet).to_python()
        for cell in row
    ]
    assert case["number"] in cells and "厨房水管漏水，已关总阀" in cells
    facts = workbook(house, "/api/stats/facts/cases.xlsx", procedure="P03", period=month)
    rows = facts.get_sheet_by_index(0).to_python()
    assert case["id"] in [row[rows[0].index("id")] for row in rows[1:]]
