"""How simulated people behave: how long they take, what goes wrong, what customers say. All of it drawn by seed."""

from __future__ import annotations

from datetime import timedelta

from closeloop.suite.replay.chance import Chance

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta()

# Step of a form to: minutes as a rule (from, to), share of those who are late, minutes then.
# Steps that are not here are taken together with the one before.
PACE: dict[tuple[str, str], tuple[tuple[int, int], float, tuple[int, int]]] = {
    ("work_order", "accept"): ((1, 1), 0.05, (70, 200)),
    ("work_order", "arrive"): ((15, 300), 0.04, (1500, 2600)),
    ("work_order", "finish"): ((20, 150), 0.02, (600, 1500)),
    ("work_order", "return"): ((0, 0), 0.04, (300, 1500)),
    ("sheet", "accept"): ((10, 150), 0.06, (600, 1600)),
    ("sheet", "finish"): ((120, 1900), 0.07, (4800, 7800)),
}
REROUTE = ((5, 90), 0.1, (300, 900))
CALLED_BEFORE_DUE = ((4400, 8600), 0.04, (-3000, -600))
DRAWN_CALLED_BEFORE_DUE = ((3500, 8600), 0.03, (-2000, 600))
ANSWERED_BEFORE = ((1500, 4000), 0.1, (-2000, -300))
TAKEN_OVER = ((1, 1), 0.12, (90, 300))
NEXT_CALL = ((60, 900), 0.1, (1500, 3000))
JOB = ((20, 300), 0.08, (4000, 6000))
REPORT = ((60, 1500), 0.1, (4500, 7000))
JOB_LEFT_OUT = 0.03
WRITTEN_WRONGLY = 0.05

GUIDANCE_FORGOTTEN = 0.04
RATED_LATER = 0.03
WRITTEN_ELSEWHERE = 0.7
TAKEN_DOWN_LATE = 0.02
TAKEN_DOWN_LATE_MINUTES = (35, 90)
NOT_TRACKED = 0.05
REPORT_IS_NEEDED = 0.4
CORRECTED_IN_VAIN = 0.1
SAME_PROBLEM_FROM = 2
MISROUTED = 0.03
SIGNATURE_FORGOTTEN = 0.03
REFUSES_TO_SIGN = 0.05
UNSOLVED = 0.03
UNREACHABLE = 0.10
DISSATISFIED = {1: 0.09, 2: 0.18}
DECLINES = 0.015
WANTS_AN_ANSWER = 0.02
FORMS = {"telephone": 86, "visit": 9, "letter": 5}


def delay(chance: Chance, pace: tuple[tuple[int, int], float, tuple[int, int]], *what: object) -> timedelta:
    """How long somebody takes before they do something."""
    usual, share, late = pace
    dice = chance.of(*what)
    low, high = late if dice.random() < share else usual
    return dice.randint(low, high) * MINUTE


def is_misrouted(chance: Chance, number: str) -> bool:
    """Whether the desk sends this case to a department that is not responsible."""
    return chance.happens(MISROUTED, number, "misrouted")


def taken_down_after(chance: Chance, number: str) -> timedelta:
    """How long the desk leaves a case lying before it is in the register."""
    if not chance.happens(TAKEN_DOWN_LATE, number, "taken down"):
        return AT_ONCE
    return chance.of(number, "how late").randint(*TAKEN_DOWN_LATE_MINUTES) * MINUTE


LONGEST_BEFORE_DUE = DRAWN_CALLED_BEFORE_DUE[0][1] * MINUTE
