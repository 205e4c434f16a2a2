"""The people of the hotel and what they do with a guest who complains."""

from __future__ import annotations

from typing import Any

from tests.clauses.loop import Case, Loop, Thing

DESK = "desk-1"
SERVICES = "guest-services-1"
MANAGER = "duty-manager-1"
GENERAL_MANAGER = "general-manager"
MR_SMITH = {"name": "Smith", "phone": "+8613900000001", "address": "1208"}


class Hotel(Loop):
    """The loop by P13."""

    def complaint(
        self,
        content: str = "空调整夜有噪音",
        by: str = DESK,
        resolution: str = "action",
        is_told: bool = True,
        **more: Any,
    ) -> Case:
        """A guest complains at the front desk, and is told what will be done where that takes a while."""
        said = {
            "kind": "complaint",
            "channel": "in_person",
            "customer": MR_SMITH,
            "facets": {"resolution": resolution},
            "necessary": {"details": {"needed": True}},
            "fields": {"room": "1208", "details": "自21时起"},
        }
        case = self.register(by, **{**said, "content": content, **more})
        if resolution == "action" and is_told:
            self.tell(case, "action", by)
        return case

    def tell(self, case: Case, what: str, by: str = DESK, text: str = "工程部今晚检修", round_: int = 1) -> Thing:
        """The guest is told how things stand."""
        return self.step(by, self.duty(case, "resolve", round_), "tell", what=what, text=text)

    def said_at(self, step: str) -> Thing:
        """What whoever solves it writes into the log book at a step."""
        return {"finish": {"outcome": "solved", "result": "换到1502房"}, "return": {}}.get(step, {})

    def resolve(self, case: Case, by: str = DESK, round_: int = 1) -> Thing:
        """Whoever has the duty carries on, solves it and writes it into the log book."""
        duty = self.duty(case, "resolve", round_)
        self.step(by, duty, "accept", **self.said_at("accept"))
        if not any(said["what"] == "action" for said in self.duty(case, "resolve", round_)["told"]):
            self.tell(case, "action", by, round_=round_)
        self.step(by, duty, "finish", **self.said_at("finish"))
        return self.step(by, duty, "return", **self.said_at("return"))

    def ask(self, case: Case, outcome: str = "satisfied", by: str = SERVICES, round_: int = 1, **more: Any) -> Thing:
        """The guest is asked whether it is well now."""
        said = {"form": "visit", "outcome": outcome, "note": "客人的话", **more}
        return self.does(by, self.attempt_of(case, round_), said, expect=201)
