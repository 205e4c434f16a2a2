"""Who tells and who hears: the services' handlers and code, the contracts' table, AsyncAPI and the READMEs agree."""

import ast
import json
import re
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from closeloop.chassis.declaring import asyncapi, heard_by
from closeloop.chassis.service import Service
from closeloop.contracts import generate
from closeloop.contracts.envelope import IN_ATTRIBUTES
from closeloop.contracts.event import EVENTS
from closeloop.contracts.loop import EVERY, HEARS, SERVICES, TELLS

HOME = Path(__file__).resolve().parents[2]
NAMES = {event.__name__: event for event in EVENTS.values() if event.__module__.startswith("closeloop.contracts.")}
MADE_BY_A_PACK = {"ProcedureActivated", "OrganisationChanged"}  # whoever changes the house gets the event from it
SECTIONS = ("Hears", "Does", "Publishes", "Shows")


def the_service(name: str) -> Service:
    [point] = entry_points(group="closeloop.services", name=name)
    found: Service = point.load()
    return found


def sections_of_readme(name: str) -> dict[str, str]:
    readme = (HOME / "services" / name / "README.md").read_text("utf-8")
    parts = re.split(r"^## (.+)$", readme, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def column(section: str, *titles: str) -> list[tuple[str, ...]]:
    """The cells of these columns of the section's first table, row by row."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    if not rows or not set(titles) <= set(rows[0]):
        return []
    at = [rows[0].index(title) for title in titles]
    return [tuple(row[n] for n in at) for row in rows[2:]]


def events_in(cell: str) -> set[str]:
    return set(re.findall(r"\w+", cell)) & NAMES.keys()


def what_it_tells(name: str) -> set[str]:
    """Events that the service's code makes, or hands to whoever makes them."""
    told: set[str] = set()
    folder = Path(import_module(f"closeloop.{name}").__file__ or "").parent
    for file in folder.rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id == "isinstance":
                continue
            for part in (call.func, *call.args, *(keyword.value for keyword in call.keywords)):
                whole = part.value if isinstance(part, ast.Attribute) else part
                if isinstance(whole, ast.Name) and whole.id in NAMES:
                    told.add(whole.id)
    return told


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_hears_what_the_table_of_the_contracts_says(name):
    heard = {teller: set(events) for teller, events in heard_by(the_service(name)).items()}
    assert heard == {teller: set(events) for teller, events in HEARS[name].items()}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_tells_what_the_table_of_the_contracts_says(name):
    told = what_it_tells(name)
    assert told <= {event.__name__ for event in TELLS[name]}
    its_own = {event.__name__ for event in TELLS[name] if event not in EVERY}
    assert its_own - MADE_BY_A_PACK <= told, "the table promises what nobody tells"


@pytest.mark.parametrize("name", SERVICES)
def test_the_committed_asyncapi_is_what_the_handlers_declare(name):
    committed = json.loads((generate.HERE / "asyncapi" / f"{name}.json").read_text("utf-8"))
    declared = asyncapi(the_service(name))["channels"]
    assert declared.keys() == committed["channels"].keys()
    for channel, found in declared.items():
        assert found["address"] == committed["channels"][channel]["address"]
        assert list(found["messages"]) == list(committed["channels"][channel]["messages"])
        for event, fields in found["messages"].items():
            data = committed["components"]["schemas"][event]["properties"]["data"]
            assert set(fields) == set(data["properties"]) - IN_ATTRIBUTES


@pytest.mark.parametrize("name", SERVICES)
def test_a_readme_has_its_four_parts_in_order(name):
    assert [title for title in sections_of_readme(name) if title in SECTIONS] == list(SECTIONS)


@pytest.mark.parametrize("name", SERVICES)
def test_a_readme_says_what_the_service_hears_and_from_whom(name):
    said = {
        (teller, event)
        for tellers, events in column(sections_of_readme(name)["Hears"], "from", "event")
        for teller in re.findall(r"\w+", tellers)
        for event in events_in(events)
    }
    heard = heard_by(the_service(name)).items()
    assert said == {(teller, event.__name__) for teller, events in heard for event in events}


@pytest.mark.parametrize("name", SERVICES)
def test_a_readme_says_what_the_service_publishes(name):
    said = {event for (cell,) in column(sections_of_readme(name)["Publishes"], "event") for event in events_in(cell)}
    assert said <= {event.__name__ for event in TELLS[name]}
    assert said >= {event.__name__ for event in TELLS[name] if event not in EVERY} | what_it_tells(name)


@pytest.mark.parametrize("name", SERVICES)
def test_a_readme_shows_addresses_that_are_there(name):
    service = the_service(name)
    routes = [*service.routes, *(route for router in service.routers for route in router.routes)]
    there = {_plain(getattr(route, "path", "")) for route in routes} | {
        f"/api/{name}/explanations/{{}}",
        f"/{name}/parked",
        f"/{name}/jobs",
        f"/api/{name}/jobs",
        f"/{name}/jobs/{{}}",
        f"/api/{name}/jobs/{{}}",
        f"/{name}/records/{{}}",
        f"/{name}/records/{{}}.pdf",
        f"/api/{name}/records",
        f"/api/{name}/records/{{}}",
    }
    quoted = re.findall(r"`([^`]+)`", sections_of_readme(name)["Shows"])
    shown = [address for text in quoted if (address := re.sub(r"^[A-Z]+ ", "", text)).startswith("/")]
    assert shown
    assert [address for address in shown if _plain(address) not in there] == []


def _plain(address: str) -> str:
    """The address without its query, its parameters without their names."""
    return re.sub(r"\{[^}]+\}", "{}", address.split("?")[0].rstrip("/"))
