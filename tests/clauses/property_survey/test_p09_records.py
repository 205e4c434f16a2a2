"""Sections 4.3, 4.4 and 5: the telephone and the boxes, the information for users, and the documents."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.clauses.loop import Thing
from tests.clauses.packs import clause
from tests.clauses.property_survey.estate import OFFICE, OFFICE_HEAD, STAFF, Estate

PROCEDURE = "P09"
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"


def a_job(loop: Estate, service: str, name: str, where: str = "") -> Thing:
    """The job of the year, of the estate where each has its own."""
    return next(one for one in loop.jobs(service, name) if where in one["id"])


@clause("P09-5")
def test_the_documents_of_the_procedure_are_filed_once_a_year(loop: Estate):
    job = loop.job("dispatch", "documents", "2026")
    about = {"about": job["id"]}
    sent = loop.tries(STAFF, "POST", f"/api/dispatch/attachments?{urlencode(about)}", files={"file": ("m.pdf", PDF)})
    assert sent.status_code == 201, sent.text
    scan = sent.json()
    names = ("quality_manual", "survey_rules", "callback_rules", "office_rules", "nonconformity_procedure")
    documents = dict.fromkeys(names, scan)
    done = f"/api/dispatch/jobs/{job['id']}/done"
    missing = {name: one for name, one in documents.items() if name != "callback_rules"}
    assert loop.tries(STAFF, "POST", done, {"fields": missing}).status_code in (409, 422), "one of them is missing"
    loop.does(STAFF, done, {"fields": documents})
    assert "kept" in loop.ends_of("P09-5", period="2026")


@clause("P09-4.3")
def test_each_estate_says_how_its_users_complain_day_and_night(loop: Estate):
    job = a_job(loop, "intake", "contact_points", "lake-estate")
    done = f"/api/intake/jobs/{job['id']}/done"
    assert loop.tries(OFFICE_HEAD, "POST", done, {"fields": {}}).status_code in (409, 422), "neither of the two"
    loop.does(OFFICE_HEAD, done, {"fields": {"telephone": "0571-88880000", "answered_24_hours": True}})
    [record] = loop.records("intake", key=job["id"])
    loop.is_printed(record, "0571-88880000")
    assert "kept" in loop.ends_of("P09-4.3", period="2026")


@clause("P09-4.4-a")
def test_what_is_useful_to_users_is_collected_in_each_estate(loop: Estate):
    job = a_job(loop, "intake", "service_information", "lake-estate")
    said = dict.fromkeys(("electric", "household", "fire", "points"), "见附页")
    done = f"/api/intake/jobs/{job['id']}/done"
    without = {name: value for name, value in said.items() if name != "fire"}
    assert loop.tries(OFFICE, "POST", done, {"fields": without}).status_code in (409, 422)
    loop.does(OFFICE, done, {"fields": said})
    assert "kept" in loop.ends_of("P09-4.4-a", period="2026")


@clause("P09-4.4-b")
def test_whoever_takes_a_matter_down_tells_where_the_information_is(loop: Estate):
    page = loop.page(OFFICE, "/intake/cases/new", procedure="P09")
    assert "便民信息" in page
    said = {"channel": "visit", "customer": {"name": "吴先生", "phone": "13800000013"}}
    case = loop.register(OFFICE, "complaint", "路灯不亮", **said, guidance=["information_for_users"])
    assert loop.ends_of("P09-4.4-b", case) == ["shown"]
    other = loop.register(OFFICE, "complaint", "路灯不亮", **said)
    assert loop.ends_of("P09-4.4-b", other) == ["breached"]
