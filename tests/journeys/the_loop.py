"""The steps of the loop, as people take them through JSON: from the first word to the last figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.journeys.child import until
from tests.journeys.site import PLACE, PROCEDURE, SERVICES, Site

Case = dict[str, Any]
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"
MR_WANG = {"name": "王先生", "phone": "13800000002", "address": "5-0301"}
MRS_LI = {"name": "李女士", "phone": "13800000001", "address": "3-1502"}


def register(site: Site, kind: str, content: str, customer: dict[str, Any], by: str = "desk-1", **more: Any) -> Case:
    """The desk takes a case down."""
    body = {"procedure": PROCEDURE, "kind": kind, "channel": "telephone", "content": content, "place": PLACE}
    return site.as_(by).post("/api/intake/cases", {**body, "customer": customer, **more}, expect=201)


def register_repair(site: Site, content: str = "厨房水管漏水", **more: Any) -> Case:
    """A repair: everything is known at once."""
    return register(site, "repair", content, MR_WANG, **more)


def register_complaint(site: Site, content: str = "三号楼电梯厅连续三天没有打扫", *, major: bool = False) -> Case:
    """A complaint; whether it is major follows from its facts."""
    fields = {"injury": major, "public_attention": False}
    return register(site, "complaint", content, MRS_LI, fields=fields, remedy_sought="请每天打扫")


def assess(site: Site, case: Case, department: str = "cleaning") -> Case:
    """The desk says who is responsible."""
    said = {"facets": {"responsible_department": department}, "reason": "保洁部负责电梯厅"}
    return site.as_("desk-1").post(f"/api/intake/cases/{case['id']}/assessment", said)


def case_of(site: Site, case: Case) -> Case:
    """The case as the desk sees it."""
    return site.as_("desk-1").get(f"/api/intake/cases/{case['id']}")


def duty_of(site: Site, case: Case, round_: int = 1, by: str = "customer-service-head") -> dict[str, Any]:
    """The duty of a round, as soon as it is issued."""

    def issued() -> dict[str, Any] | None:
        duties = site.as_(by).get("/api/dispatch/duties", case=case["id"])["items"]
        return next((duty for duty in duties if duty["round"] == round_), None)

    return until(issued, f"a duty of round {round_} of {case['number']}")


def step(site: Site, by: str, duty: dict[str, Any], name: str, **said: Any) -> dict[str, Any]:
    """Somebody takes a step of a duty."""
    return site.as_(by).post(f"/api/dispatch/cases/{duty['case']}/duties/{duty['number']}/{name}", said)


def carry_out_work_order(site: Site, case: Case, round_: int = 1) -> dict[str, Any]:
    """The repair team goes there, and the customer signs."""
    duty = duty_of(site, case, round_)
    step(site, "repair-leader", duty, "accept")
    step(site, "repair-leader", duty, "assign", to="repair-worker-1", trade="plumbing")
    step(site, "repair-worker-1", duty, "arrive")
    step(site, "repair-worker-1", duty, "finish", outcome="solved", work_done="更换角阀")
    signature = {"means": "drawn", "drawing": DRAWN, "signer": "王先生", "opinion": "很及时", "satisfied": True}
    step(site, "repair-worker-1", duty, "sign", **signature)
    return step(site, "repair-worker-1", duty, "return")


def carry_out_sheet(site: Site, case: Case, by: str = "cleaning-head", round_: int = 1) -> dict[str, Any]:
    """The responsible department handles the complaint and sends the sheet back."""
    duty = duty_of(site, case, round_)
    step(site, by, duty, "accept")
    step(site, by, duty, "finish", outcome="solved", measures="安排保洁员补扫", result="已清扫")
    return step(site, by, duty, "return")


def wait_for_mark(site: Site, case: Case, mark: str, round_: int = 1) -> Case:
    """The register says so."""

    def marked() -> Case | None:
        seen = case_of(site, case)
        return seen if seen["round"] == round_ and seen["marks"].get(mark) else None

    return until(marked, f"the mark {mark} of round {round_} of {case['number']}")


def wait_for_status(site: Site, case: Case, status: str) -> Case:
    """The register says so."""

    def stands() -> Case | None:
        seen = case_of(site, case)
        return seen if seen["status"] == status else None

    return until(stands, f"case {case['number']} as {status}")


def call_back(site: Site, case: Case, outcome: str, note: str, round_: int = 1) -> dict[str, Any]:
    """The customer is asked as soon as it is on the list."""
    caller = site.as_("customer-service-head")

    def planned() -> dict[str, Any] | None:
        found = caller.get("/api/callback/callbacks", case=case["id"])["items"]
        return next((one for one in found if one["round"] == round_ and one["status"] == "planned"), None)

    callback = until(planned, f"a planned callback of round {round_} of {case['number']}")
    said = {"form": "telephone", "outcome": outcome, "note": note}
    return caller.post(f"/api/callback/callbacks/{callback['id']}/attempts", said, expect=201)


def explain(site: Site, case: Case) -> dict[str, list[str]]:
    """What each service wrote down about the case, in order."""
    head = site.as_("customer-service-head")
    told = {}
    for service in SERVICES:
        answer = head.tries("GET", f"/api/{service}/explanations/{case['id']}")
        told[service] = [one["what"] for one in answer.json()["items"]] if answer.status_code == 200 else []
    return told


def an_own_survey(today: date) -> dict[str, Any]:
    """A plan with one question of one's own, whose sheets go out as soon as a case is closed."""
    words = {"zh": "物业服务小调查", "en": "A small survey"}
    title = {"zh": "您满意吗？", "en": "Are you satisfied?"}
    question = {"title": title, "type": "scale", "scale": "five_steps", "required": True}
    return {
        "procedure": PROCEDURE,
        "title": words,
        "purpose": words,
        "population": {"zh": "全体业主", "en": "All owners"},
        "starts_on": today.isoformat(),
        "kinds": ["complaint", "repair"],
        "questions": {"content": question},
        "approver": "management_representative",
    }
