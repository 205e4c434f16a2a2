"""Section 4.1.1 B: business department and management offices say themselves how often they survey."""

from __future__ import annotations

from datetime import datetime

from tests.clauses.loop import ZONE
from tests.clauses.packs import clause
from tests.clauses.property_survey.estate import BUSINESS, BUSINESS_HEAD, LAKE, OFFICE_HEAD, OTHER_HEAD, STAFF, Estate

PROCEDURE = "P09"
PARAMETERS = "/api/callback/parameters"


@clause("P09-4.1.1-B")
def test_nobody_else_says_how_often_a_department_surveys(loop: Estate):
    said = {"every": "quarter", "from": f"{loop.now:%Y-%m-%d}", "reason": "按需要"}
    assert loop.is_refused(STAFF, f"{PARAMETERS}/business_survey_interval", said) == "P09-4.1.1-B"
    elsewhere = {**said, "place": LAKE}
    assert loop.is_refused(OTHER_HEAD, f"{PARAMETERS}/office_survey_interval", elsewhere) == "P09-4.1.1-B"
    assert loop.jobs("survey", "business_survey") == []


@clause("P09-4.1.1-B")
def test_departments_and_offices_survey_as_often_as_they_have_said(loop: Estate):
    said = {"from": f"{loop.now:%Y-%m-%d}", "reason": "按需要"}
    loop.does(BUSINESS_HEAD, f"{PARAMETERS}/business_survey_interval", {**said, "every": "quarter"})
    loop.does(OFFICE_HEAD, f"{PARAMETERS}/office_survey_interval", {**said, "every": "month", "place": LAKE})
    loop.advance_to(datetime(loop.now.year, loop.now.month, 1, 9, tzinfo=ZONE).replace(month=loop.now.month % 12 + 4))
    quarters = [job["period"] for job in loop.jobs("survey", "business_survey")]
    months = [(job["place"], job["period"]) for job in loop.jobs("survey", "office_survey")]
    assert quarters and all("-Q" in period for period in quarters)
    assert len(months) >= 3 and {place for place, _period in months} == {LAKE}
    latest = quarters[0]
    assert loop.ends_of("P09-4.1.1-B", of="job", period=latest) == ["open"]
    loop.do_job(BUSINESS, "survey", "business_survey", latest, note="征询已开展")
    assert loop.ends_of("P09-4.1.1-B", of="job", period=latest) == ["kept"]
