"""The people of the chain of branches and what they do with a complaint, level by level."""

from __future__ import annotations

from typing import Any

import httpx

from tests.clauses.loop import Case, Loop, Thing

DUTY_MANAGER = "duty-people-square"
BRANCH_MANAGER = "manager-people-square"
SUPERVISOR = "supervisor-east"
OFFICE = "office-head"
CLERK = "office-clerk"
AUDIT = "audit-head"
PURCHASING = "department-head"
GENERAL_MANAGER = "general-manager"

MRS_ZHOU = {"name": "周女士", "phone": "13800000011"}
ORDINARY = {"about": "branch", "media_involved": False, "serious_injury": False, "harms_reputation": False}
INJURY = {"serious_injury": True}
MINOR, MORE_SERIOUS, MAJOR = "minor", "more_serious", "major"
HANDLER = {MINOR: DUTY_MANAGER, MORE_SERIOUS: SUPERVISOR, MAJOR: OFFICE}
TYPED = {"means": "typed"}
DONE: dict[str, dict[str, Any]] = {
    MINOR: {"stance": "apologised", "in_person": True, "course": "当面道歉并重做", "result": "顾客接受"},
    MORE_SERIOUS: {"responsible_department": "branches", "course": "登门说明", "result": "顾客接受"},
    MAJOR: {"course": "逐日记录", "result": "顾客接受"},
}
INFORMED = {"responsible_department": "branches", "departments_concerned": ["branches", "functions"]}


class Chain(Loop):
    """The loop by P02."""

    def body(self, content: str = "等候四十分钟，菜已凉", channel: str = "branch", **more: Any) -> Thing:
        """What is said when somebody complains in a branch."""
        said = {"procedure": self.procedure, "place": self.place, "customer": MRS_ZHOU, "kind": "complaint"}
        fields = {**ORDINARY, **more.pop("fields", {})}
        return {**said, "content": content, "channel": channel, "fields": fields, **more}

    def complaint(self, by: str = DUTY_MANAGER, level: str = MINOR, **more: Any) -> Case:
        """A complaint that stands at a level: raised as far as it takes."""
        if level == MAJOR:
            more["fields"] = {**INJURY, **more.get("fields", {})}
        case: Case = self.does(by, "/api/intake/cases", self.body(**more), expect=201)
        if level == MORE_SERIOUS:
            self.hand_up(case)
        return case

    def try_to_register(self, by: str = OFFICE, **said: Any) -> httpx.Response:
        """Whatever comes of registering it so."""
        return self.tries(by, "POST", "/api/intake/cases", self.body(**said))

    def handling(self, case: Case, level: str = MINOR, round_: int = 1) -> Thing:
        """The duty of whoever handles it at a level."""
        return self.duty(case, f"{level}_handling", round_)

    def cannot(self, case: Case, level: str = MINOR, round_: int = 1) -> str:
        """Where whoever handles it says that they cannot."""
        return self.step_of(self.handling(case, level, round_), "cannot-handle")

    def hand_up(self, case: Case, level: str = MINOR, reason: str = "顾客要求赔偿大衣") -> Thing:
        """Whoever handles it says that they cannot."""
        return self.does(HANDLER[level], self.cannot(case, level), {"reason": reason})

    def go_on(self, case: Case, level: str = MINOR, round_: int = 1) -> Thing:
        """Whoever has it takes it on; the office informs departments, and its plan is approved."""
        by, duty = HANDLER[level], self.handling(case, level, round_)
        self.step(by, duty, "accept", **(INFORMED if level == MAJOR else {}))
        if level == MAJOR:
            self.step(by, duty, "steps/draw_up_plan", plan="道歉、退款并公布结果")
            self.sign_off(GENERAL_MANAGER, case, "handling_plan")
        return duty

    def handle(self, case: Case, level: str = MINOR, round_: int = 1) -> Thing:
        """It is handled, written down, signed and back at the office."""
        by, duty = HANDLER[level], self.go_on(case, level, round_)
        self.step(by, duty, "finish", outcome="solved", **DONE[level])
        self.sign_off(by, case, "handler", **TYPED)
        return self.step(by, duty, "return")

    def write(self, by: str, case: Case, rule: str, name: str, **fields: Any) -> Thing:
        """Somebody writes a form of theirs, signs it and sends it back."""
        duty = self.duty(case, rule)
        self.step(by, duty, "finish", outcome="solved", **fields)
        self.sign_off(by, case, name, **TYPED)
        return self.step(by, duty, "return")

    def ask(self, case: Case, outcome: str = "satisfied", by: str = DUTY_MANAGER, round_: int = 1) -> Thing:
        """The customer is asked whether they are content."""
        said = {"form": "telephone", "outcome": outcome, "note": "顾客说可以了"}
        return self.does(by, self.attempt_of(case, round_), said, expect=201)

    def payments(self, case: Case) -> str:
        """Where it is written down what was given to the customer."""
        return f"/api/dispatch/cases/{case['id']}/payments"

    def pay(self, by: str, case: Case, amount: str) -> Thing:
        """The customer is given something."""
        said = {"payout": "compensation", "amount": amount, "means": "money", "reason": "补偿"}
        return self.does(by, self.payments(case), said, expect=201)

    def may_not_pay(self, by: str, case: Case, amount: str) -> str | None:
        """More may not be given; the clause that says so."""
        said = {"payout": "compensation", "amount": amount, "means": "money", "reason": "补偿"}
        return self.is_refused(by, self.payments(case), said)
