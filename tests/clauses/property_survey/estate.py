"""The people of the property company: who plans a survey, who carries its forms, and who is called back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.clauses.loop import Case, Loop, Thing

STAFF, COLLEAGUE, QUALITY_HEAD = "quality-1", "quality-2", "quality-manager"
REPRESENTATIVE, LEADER, LEADER_IN_CHARGE = "management-representative", "company-leader", "leader-in-charge"
BUSINESS, BUSINESS_HEAD = "business-1", "business-manager"
OFFICE, OFFICE_HEAD, WORKER, OTHER_HEAD = "lake-1", "lake-manager", "lake-worker", "hill-manager"
SURVEYS = "/api/survey/surveys"
LAKE, HILL, BUILDING = "lake-estate", "hill-estate", "3号楼"
MR_SUN: dict[str, Any] = {"name": "孙先生", "contact": "13800000012"}
WHAT_IS_ASKED = {"zh": "了解服务情况", "en": "How the service is seen"}
WHO_IS_ASKED = {"zh": "业主和住户", "en": "Owners and residents"}


class Estate(Loop):
    """The loop by P09."""

    def said_of(self, survey: str, **changes: Any) -> Thing:
        """A whole plan, with what is changed; what is None is left out."""
        areas = [{"area": LAKE, "quantity": 10}, {"area": HILL, "quantity": 10}]
        staff = [STAFF, COLLEAGUE]
        if survey == "office_survey":
            areas, staff = [{"area": BUILDING, "quantity": 20}], [OFFICE]
        if survey == "business_survey":
            areas, staff = [{"area": "商铺", "quantity": 10}], [BUSINESS]
        plan = {
            "procedure": self.procedure,
            "survey": survey,
            "purpose": WHAT_IS_ASKED,
            "population": WHO_IS_ASKED,
            "areas": areas,
            "starts_on": f"{self.now:%Y-%m-%d}",
            "ends_on": f"{self.now + timedelta(days=20):%Y-%m-%d}",
            "staff": staff,
        }
        return {name: value for name, value in {**plan, **changes}.items() if value is not None}

    def plan(self, by: str = STAFF, survey: str = "company_survey", **changes: Any) -> Thing:
        """Somebody writes the plan of a survey."""
        return self.does(by, SURVEYS, self.said_of(survey, **changes), expect=201)

    def at(self, survey: Thing, what: str) -> str:
        """Where something is done with a survey."""
        return f"{SURVEYS}/{survey['id']}/{what}"

    def approve(self, by: str, survey: Thing) -> Thing:
        """Somebody says yes to exactly this plan."""
        return self.does(by, self.at(survey, "approve"), {"plan_hash": survey["plan_hash"]})

    def an_open_survey(self, survey: str = "company_survey", **changes: Any) -> Thing:
        """A survey that was planned, approved and opened."""
        who = {
            "company_survey": (STAFF, REPRESENTATIVE),
            "business_survey": (BUSINESS, BUSINESS_HEAD),
            "office_survey": (OFFICE, OFFICE_HEAD),
        }
        author, approver = who[survey]
        planned = self.plan(author, survey, **changes)
        self.approve(approver, planned)
        return self.does(author, self.at(planned, "open"))

    def hand_out(self, survey: Thing, area: str, number: int, by: str = STAFF) -> Thing:
        """Forms go out to an area."""
        return self.does(by, self.at(survey, "movements"), {"area": area, "handed_out": number})

    def bring_back(self, survey: Thing, area: str, number: int, by: str = STAFF) -> Thing:
        """Forms come back from an area."""
        return self.does(by, self.at(survey, "movements"), {"area": area, "brought_back": number})

    def enter(self, survey: Thing, area: str, by: str = STAFF, serious: tuple[str, ...] = (), **answers: Any) -> Thing:
        """What stands on a form that came back is entered."""
        said = {"area": area, "answers": answers, "serious": list(serious)}
        return self.does(by, self.at(survey, "sheets"), said, expect=201)

    def close(self, survey: Thing, by: str = STAFF, **reasons: str) -> Thing:
        """No more answers are taken."""
        said = {"reasons": {area.replace("_", "-"): why for area, why in reasons.items()}}
        return self.does(by, self.at(survey, "close"), said)

    def ends_in(self, clause: str, survey: Thing) -> list[str]:
        """How the occasions of a clause ended that hang on a survey."""
        found = [one for one in self.occasions_of(clause) if one["key"] == survey["id"]]
        return [one["end"] for one in sorted(found, key=lambda one: (one["opened_at"], one["id"]))]

    def judged_in(self, clause: str, survey: Thing) -> dict[str, str]:
        """How the figures of a survey ended a clause: area to end."""
        found = self.occasions_of(clause, period=f"survey-{survey['id']}")
        return {one["of"].rpartition(":")[2]: one["end"] for one in found}

    # -- what an answer brings about ----------------------------------------------------------------------------

    def a_dissatisfied_item(self, serious: bool = False, **who: Any) -> Case:
        """A form of the office's survey came back on which the facilities are judged as bad; the case it opened."""
        survey = self.an_open_survey("office_survey")
        self.hand_out(survey, BUILDING, 2, by=OFFICE)
        self.bring_back(survey, BUILDING, 1, by=OFFICE)
        named = ("facilities",) if serious else ()
        self.enter(survey, BUILDING, by=OFFICE, serious=named, facilities="dissatisfied", reception="satisfied", **who)
        return self.latest_case("dissatisfied_item")

    def latest_case(self, kind: str) -> Case:
        """The case of a kind that was registered last."""
        cases = [one for one in self.all_of(self.overseer, "/api/intake/cases") if one["kind"] == kind]
        return max(cases, key=lambda one: (one["registered_at"], one["number"]))

    def confirm(self, case: Case, genuine: bool = True, by: str = OFFICE) -> Thing:
        """Whoever answered is asked whether it is genuine."""
        said = {"form": "telephone", "fields": {"genuine_answer": genuine}}
        return self.does(by, self.attempt_of(case), said, expect=201)

    def a_confirmed_item(self) -> Case:
        """A dissatisfied item that a callback found to be genuine."""
        case = self.a_dissatisfied_item(**MR_SUN)
        self.confirm(case)
        return case

    def a_paid_service(self) -> Case:
        """A paid service that was done, with its order back."""
        said = {
            "channel": "visit",
            "customer": {"name": "吴先生", "phone": "13800000013"},
            "fields": {"service": "热水器安装"},
        }
        case = self.register(OFFICE, "paid_service", "安装热水器", **said)
        duty = self.duty(case, "paid_service")
        self.step(OFFICE, duty, "accept")
        self.step(OFFICE, duty, "assign", to=WORKER)
        self.step(WORKER, duty, "finish", outcome="solved", work_done="已安装并试水")
        self.step(WORKER, duty, "return")
        return case
