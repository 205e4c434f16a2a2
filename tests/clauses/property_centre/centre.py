"""The people of the property management centre and what they do, step by step."""

from __future__ import annotations

from typing import Any

from tests.clauses.loop import Case, Loop, Thing

DESK = "desk-1"
HEAD = "customer-service-head"
CALLER = "callback-1"
LEADER = "repair-leader"
WORKER = "repair-worker-1"
CLEANING = "cleaning-head"
ENGINEERING = "engineering-head"
SECURITY = "security-head"
QUALITY = "quality-1"
REPRESENTATIVE = "management-representative"

ACTIONS = "/api/dispatch/corrective-actions"

MRS_LI = {"name": "李女士", "phone": "+8613800000001", "address": "3-1502"}
MR_WANG = {"name": "王先生", "phone": "+8613800000002", "address": "5-0301"}
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"
SIGNED = {"means": "drawn", "drawing": DRAWN, "signer": "王先生", "opinion": "很及时", "satisfied": True}
ORDINARY = {"injury": False, "public_attention": False}
MAJOR = {"injury": True, "public_attention": False}


class Centre(Loop):
    """The loop by P03."""

    def register_repair(self, content: str = "厨房水管漏水", by: str = DESK, **more: Any) -> Case:
        """A repair request by telephone."""
        return self.register(by, "repair", content, **{"channel": "telephone", "customer": MR_WANG, **more})

    def register_complaint(
        self, content: str = "三号楼电梯厅连续三天没有打扫", by: str = DESK, kind: str = "complaint", **more: Any
    ) -> Case:
        """A complaint by telephone, as yet without a responsible department."""
        said = {"channel": "telephone", "customer": MRS_LI, "fields": ORDINARY, "remedy_sought": "请每天打扫"}
        return self.register(by, kind, content, **{**said, **more})

    def a_complaint(self, department: str = "cleaning", **more: Any) -> Case:
        """A complaint that lies with the department that answers for it."""
        case = self.register_complaint(**more)
        self.assess(DESK, case, responsible_department=department)
        return case

    def carry_out_sheet(self, case: Case, by: str = CLEANING, round_: int = 1, rule: str = "handling_sheet") -> Thing:
        """The responsible department handles the complaint and sends the original back."""
        duty = self.duty(case, rule, round_)
        self.step(by, duty, "accept")
        self.step(by, duty, "finish", outcome="solved", measures="安排保洁员补扫", result="已清扫")
        return self.step(by, duty, "return")

    def go_to_the_customer(self, case: Case, round_: int = 1) -> Thing:
        """The leader takes the order and gives it to a worker of the trade, who goes there and repairs."""
        duty = self.duty(case, "work_order", round_)
        self.step(LEADER, duty, "accept")
        self.step(LEADER, duty, "assign", to=WORKER, trade="plumbing", guidance=["tools", "on_site_rules"])
        self.step(WORKER, duty, "arrive", guidance=["tools", "on_site_rules"])
        return self.step(WORKER, duty, "finish", outcome="solved", work_done="更换角阀")

    def carry_out_order(self, case: Case, round_: int = 1) -> Thing:
        """The repair is done, signed for, and the order is back."""
        duty = self.go_to_the_customer(case, round_)
        self.step(WORKER, duty, "sign", **SIGNED)
        return self.step(WORKER, duty, "return")

    def call_back(
        self,
        case: Case,
        outcome: str = "satisfied",
        form: str = "telephone",
        by: str = HEAD,
        round_: int = 1,
        **more: Any,
    ) -> Thing:
        """The customer is asked, and what they said is written down."""
        said = {"form": form, "outcome": outcome, "note": "客户的话", **more}
        return self.does(by, self.attempt_of(case, round_), said, expect=201)

    def a_handled_complaint(self, **more: Any) -> Case:
        """A complaint whose sheet is back."""
        case = self.a_complaint(**more)
        self.carry_out_sheet(case)
        return case

    def a_handled_repair(self, **more: Any) -> Case:
        """A repair whose order is back."""
        case = self.register_repair(**more)
        self.carry_out_order(case)
        return case

    def report_on(self, case: Case) -> str:
        """The id of the nonconformity report about a case."""
        [report] = self.all_of(HEAD, ACTIONS, case=case["id"])
        return str(report["id"])

    def ends_on(self, report: str, number: str, of: str | None = None) -> list[str]:
        """How the occasions of a clause ended that hang on a nonconformity report."""
        return [one["end"] for one in self.occasions_of(number, of=of) if one["key"] == report]

    def a_verified_report(self, case: Case) -> str:
        """The head asks for a report about a case; it is written, put right and verified."""
        report = self.report_on(case)
        self.does(HEAD, f"{ACTIONS}/{report}/decision", {"needed": True, "reason": "一再发生"})
        duty = f"/api/dispatch/cases/{report}/duties/1"
        written = {"nonconformity": "连续三天未打扫", "responsible_person": "保洁主管", "time_limit": "2026-12-31"}
        self.does(HEAD, f"{duty}/steps/write", {"fields": written})
        self.does(CLEANING, f"{duty}/finish", {"outcome": "solved", "fields": {"correction": "增加巡查"}})
        self.does(QUALITY, f"{duty}/return", {"fields": {"verification": "合格"}})
        return report

    def drawn_repairs(self, out_of: int = 4) -> tuple[list[Case], list[Case]]:
        """So many repairs of a week, of which some are drawn on Monday for a callback; those, and the others."""
        cases = [self.a_handled_repair() for _ in range(out_of)]
        self.next_week()
        drawn = [case for case in cases if self.callback(case)["required"]]
        return drawn, [case for case in cases if case not in drawn]
