"""The people of the factory and what they do with what a customer says about its products."""

from __future__ import annotations

from typing import Any

from tests.clauses.loop import Case, Loop, Thing

CLERK, PLANNING_HEAD, SALES = "planning-1", "planning-head", "sales-1"
ENGINEER, QUALITY_HEAD, OTHER_ENGINEER = "quality-1", "quality-head", "quality-2"
PRODUCTION, TECHNICAL, OFFICE = "production-head", "technical-head", "office-director"
PLANT_MANAGER, REPRESENTATIVE = "plant-manager", "management-representative"
DRAWN = "M 20 120 L 60 60 L 110 150"
EASTERN = {"name": "东方整车厂", "phone": "13800000011"}
QUESTIONNAIRE = "qr_sh19_01_03"
SURVEYS = "/api/survey/surveys"


class Factory(Loop):
    """The loop by P10."""

    def said_of(self, urgent: bool = False, **more: Any) -> Thing:
        """What the clerk fills in when a customer complains."""
        fields: Thing = {"brought_by": "call", "product": "支架 ZJ-12", "lot": "20251228"}
        fields |= {"customer_line_stopped": urgent, "safety_risk": False}
        said = {"channel": "telephone", "customer": EASTERN, "fields": fields, "content": "支架孔位超差", **more}
        return {"procedure": self.procedure, "kind": "complaint", "place": self.place, **said}

    def a_complaint(self, by: str = CLERK, **more: Any) -> Case:
        """A customer's complaint, on the feedback sheet."""
        return self.does(by, "/api/intake/cases", self.said_of(**more), expect=201)

    def decide(self, case: Case, rule: str, needed: bool, by: str = ENGINEER, **more: Any) -> Thing:
        """Whether something is necessary."""
        said = {"needed": needed, "reason": "看过现场照片", **more}
        return self.does(by, f"/api/dispatch/cases/{case['id']}/decisions/{rule}", said)

    def own(self, by: str, duty: Thing, step: str, **said: Any) -> Thing:
        """A step that the procedure names."""
        return self.does(by, self.step_of(duty, f"steps/{step}"), said)

    def investigate(
        self, case: Case, responsibility: str = "own", department: str = "production", joint: bool = False
    ) -> Thing:
        """Quality assurance investigates, and says whose responsibility it is."""
        duty = self.duty(case, "handling")
        self.step(ENGINEER, duty, "accept")
        if joint:
            self.decide(case, "joint_analysis", True, desks=["production", "technical_development"])
            for part, by in (("production", PRODUCTION), ("technical_development", TECHNICAL)):
                own = next(one for one in self.duties(case) if one["desk"] == part)
                self.step(by, own, "accept")
                self.step(by, own, "finish", outcome="solved", joint_findings="钻模超期未修")
                self.step(by, own, "return")
        else:
            self.decide(case, "joint_analysis", False)
        rates = {"responsibility": responsibility, "responsible_department": department}
        return self.own(ENGINEER, duty, "investigate", investigation="钻模磨损", rates=rates)

    def contain(self, case: Case) -> Thing:
        """The urgent countermeasure is planned, carried out and reported."""
        duty = self.duty(case, "urgent_measure")
        self.own(ENGINEER, duty, "plan", first_plan="全检后换货")
        self.step(PRODUCTION, duty, "accept")
        self.step(PRODUCTION, duty, "finish", outcome="solved", urgent_countermeasure="已全检并换货200件")
        return self.step(PRODUCTION, duty, "return")

    def nothing_else_before(self, case: Case, *rules: str) -> None:
        """What may be necessary is not."""
        for rule in rules:
            self.decide(case, rule, False)

    def handle(self, case: Case, responsibility: str = "own", **more: Any) -> Thing:
        """Investigated, contained where it is the plant's own, and decided."""
        self.investigate(case, responsibility, **more)
        if responsibility == "not_own":
            self.nothing_else_before(case, "on_site")
        else:
            self.nothing_else_before(case, "on_site", "same_lot")
            self.contain(case)
        duty = self.duty(case, "handling")
        return self.step(ENGINEER, duty, "finish", outcome="solved", handling_decision="换货")

    def prevent(self, case: Case) -> Thing:
        """The long-term countermeasure is planned, carried out and verified by somebody else."""
        duty = self.duty(case, "corrective_action")
        self.step(PRODUCTION, duty, "accept")
        planned = {"cause": "钻模无寿命管理", "lasting_countermeasure": "建立寿命台账"}
        self.own(PRODUCTION, duty, "plan", **planned, improvement_kinds=["management"])
        self.step(PRODUCTION, duty, "finish", outcome="solved", execution_result="已建账")
        self.own(ENGINEER, duty, "verify", verification="连续三批合格")
        return self.step(PRODUCTION, duty, "return")

    def accept_and_file(self, case: Case, **said: Any) -> None:
        """The plant manager accepts what was done, and has read the sheet."""
        duty = self.duty(case, "handling")
        written = {"result": "已换货", "conclusion": "本厂责任", "countermeasure": "建立寿命台账", **said}
        self.step(PLANT_MANAGER, duty, "sign", drawing=DRAWN, signer="厂长", **written)
        self.step(ENGINEER, duty, "return")
        self.read_all(PLANT_MANAGER, case)

    def read_all(self, by: str, case: Case) -> None:
        """Somebody reads whatever of the case was given to them."""
        for record in self.records("dispatch", key=case["id"]):
            self.tries(by, "POST", f"/api/dispatch/records/{record['id']}/read", {})

    def a_closed_complaint(self) -> Case:
        """From the call to the plant manager's filing."""
        case = self.a_complaint()
        self.handle(case)
        self.prevent(case)
        self.nothing_else_before(case, "customer_notice", "failed_part")
        self.accept_and_file(case)
        return case

    # -- questionnaires -----------------------------------------------------------------------------------------

    def an_open_survey(self) -> Thing:
        """The questionnaire of the half year goes out."""
        said = {"procedure": self.procedure, "survey": "satisfaction", "starts_on": f"{self.now:%Y-%m-%d}"}
        survey = self.does(CLERK, SURVEYS, {**said, "quantity": 20}, expect=201)
        return self.does(CLERK, f"{SURVEYS}/{survey['id']}/open")

    def answered(self, survey: Thing, customer: str = "东方整车厂", **answers: str) -> Thing:
        """A questionnaire came back and is entered; four good answers where nothing else is said."""
        moved = f"{SURVEYS}/{survey['id']}/movements"
        self.does(CLERK, moved, {"handed_out": 1})
        self.does(CLERK, moved, {"brought_back": 1})
        said = dict.fromkeys(("quality", "service", "price", "supply"), "satisfied")
        said |= {"customer": customer, "other_suppliers": "same", **answers}
        return self.does(CLERK, f"{SURVEYS}/{survey['id']}/sheets", {"answers": said}, expect=201)

    def cases_by(self, channel: str) -> list[Case]:
        """The cases that came in by a channel, the oldest first."""
        found = [one for one in self.all_of(self.overseer, "/api/intake/cases") if one["channel"] == channel]
        return sorted(found, key=lambda one: (one["registered_at"], one["number"]))
