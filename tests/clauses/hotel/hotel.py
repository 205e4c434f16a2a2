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
        self, content: str = "空调整夜有噪音", by: str = DESK, resolution: str = "action", **more: Any
    ) -> Case:
        """A guest complains at the front desk."""
        said = {
            "kind": "complaint",
            "channel": "in_person",
            "customer": MR_SMITH,
            "facets": {"resolution": resolution},
            "necessary": {"details": {"needed": True}},
            "fields": {"room": "1208", "details": "自21时起"},
        }
        return self.register(by, **{**said, "content": content, **more})

    def said_at(self, step: str) -> Thing:
        """What whoever solves it writes into the log book at a step."""
        return {"finish": {"outcome": "solved", "result": "换到1502房"}, "return": {}}.get(step, {})

    def resolve(self, case: Case, by: str = DESK, round_: int = 1) -> Thing:
        """Whoever has the duty carries on, solves it and writes it into the log book."""
        duty = self.duty(case, "resolve", round_)
        for step in ("accept", "finish"):
            self.step(by, duty, step, **self.said_at(step))
        return self.step(by, duty, "return", **self.said_at("return"))

    def ask(self, case: Case, outcome: str = "satisfied", by: str = SERVICES, round_: int = 1, **more: Any) -> Thing:
        """The guest is asked whether it is well now."""
        said = {"form": "visit", "outcome": outcome, "note": "客人的话", **more}
        return self.does(by, self.attempt_of(case, round_), said, expect=201)
