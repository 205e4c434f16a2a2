"""A case never closes with an open occasion, whichever service has it: stories by chance, step by step."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.clauses.loop import Case, Thing
from tests.clauses.property_centre.centre import CLEANING, DESK, HEAD, LEADER, ORDINARY, SIGNED, WORKER, Centre

PROCEDURE = "P03"
SERVICES = ("intake", "dispatch", "callback", "survey", "stats")
SHEET = ("accept", "finish", "return")
ORDER = ("accept", "assign", "arrive", "finish", "sign", "return")
SAID = {
    "assign": {"to": WORKER, "trade": "plumbing"},
    "sign": SIGNED,
}


@pytest.mark.parametrize("seed", range(8))
def test_no_case_closes_while_an_occasion_of_it_is_open_anywhere(loop: Centre, seed: int):
    chance = random.Random(seed)
    case = _brought(loop, chance)
    steps: list[Callable[[Centre, random.Random, Case], None]] = [
        *(_take_over_and_assess, _handle, _handle, _handle, _handle, _call_back, _call_back),
        *(_close, _wait),
    ]
    closings = 0
    for _step in range(40):
        chance.choice(steps)(loop, chance, case)
        shown = loop.case(case)
        if shown["status"] == "closed":
            closings += 1
            assert _open_at(loop, case, shown["closed_at"]) == []
            if closings == 2:
                break
            loop.tries(HEAD, "POST", f"/api/intake/cases/{case['id']}/reopening", json={"reason": "又出现了"})


def test_a_case_with_an_open_duty_is_closed_by_nobody_and_they_are_told_why(loop: Centre):
    case = loop.a_complaint()
    path = f"/api/intake/cases/{case['id']}/closing"
    answer = loop.tries(HEAD, "POST", path, json={"reason": "客户撤回"})
    assert answer.status_code == 409 and answer.json()["detail"].endswith(": Dispatch.")
    loop.carry_out_sheet(case)
    loop.call_back(case)
    assert loop.case(case)["status"] == "closed"


def _brought(loop: Centre, chance: random.Random) -> Case:
    more: Thing = {"wants_callback": chance.choice([None, True, False])}
    if chance.random() < 0.3:
        more |= {"channel": "department", "by": WORKER if chance.random() < 0.5 else CLEANING}
    if chance.random() < 0.2:
        more |= {"customer": None, "anonymous": True}
    if chance.random() < 0.5:
        return loop.register_repair(**more)
    return loop.register_complaint(fields=ORDINARY, kind=chance.choice(["complaint", "opinion", "suggestion"]), **more)


def _take_over_and_assess(loop: Centre, chance: random.Random, case: Case) -> None:
    path = f"/api/intake/cases/{case['id']}"
    loop.tries(DESK, "POST", f"{path}/taking-over")
    loop.tries(DESK, "POST", f"{path}/assessment", json={"facets": {"responsible_department": "cleaning"}})


def _handle(loop: Centre, chance: random.Random, case: Case) -> None:
    for duty in loop.duties(case, loop.case(case)["round"]):
        people = {"work_order": (LEADER, WORKER), "handling_sheet": (CLEANING,)}.get(duty["rule"], (HEAD,))
        for name in ORDER if duty["rule"] == "work_order" else SHEET:
            said = SAID.get(name, {"outcome": "solved", "measures": "x", "result": "x", "work_done": "x"})
            for by in people:
                fields = said if name in SAID or name == "finish" else {}
                loop.tries(by, "POST", loop.step_of(duty, name), json=fields)
            if chance.random() < 0.2:
                return


def _call_back(loop: Centre, chance: random.Random, case: Case) -> None:
    round_ = loop.case(case)["round"]
    outcome = chance.choice(["satisfied", "satisfied", "satisfied", "dissatisfied", "unreachable"])
    said = {"form": "telephone", "outcome": outcome, "note": "客户的话"}
    for one in loop.all_of(loop.overseer, "/api/callback/callbacks", case=case["id"]):
        if one["round"] == round_:
            loop.tries(HEAD, "POST", f"/api/callback/callbacks/{one['id']}/attempts", json=said)


def _close(loop: Centre, chance: random.Random, case: Case) -> None:
    loop.tries(HEAD, "POST", f"/api/intake/cases/{case['id']}/closing", json={"reason": "不再需要"})


def _wait(loop: Centre, chance: random.Random, case: Case) -> None:
    loop.advance(hours=chance.choice([1, 5, 26]))


def _open_at(loop: Centre, case: Case, closed_at: str) -> list[str]:
    """The occasions that were open when the case closed, whoever has them."""
    found = []
    for service in SERVICES:
        answer = loop.tries(loop.overseer, "GET", f"/api/{service}/explanations/{case['id']}")
        told = answer.json()["occasions"] if answer.status_code == 200 else []
        found += [
            f"{service} {one['clause']} {one['of']}"
            for one in told
            if one["opened_at"] < closed_at and (one["ended_at"] is None or one["ended_at"] > closed_at)
        ]
    return found
