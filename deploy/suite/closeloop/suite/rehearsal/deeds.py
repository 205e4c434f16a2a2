"""Which task is done how, and how long somebody is busy with it."""

from __future__ import annotations

from closeloop.suite.rehearsal import deeds_besides as besides
from closeloop.suite.rehearsal import deeds_of_accounts as of_accounts
from closeloop.suite.rehearsal import deeds_of_callbacks as of_callbacks
from closeloop.suite.rehearsal import deeds_of_cases as of_cases
from closeloop.suite.rehearsal import deeds_of_payouts as of_payouts
from closeloop.suite.rehearsal import deeds_of_surveys as of_surveys
from closeloop.suite.rehearsal.acting import Deed

ONLY_TOLD = frozenset({"overdue", "due_soon", "warn", "many_rounds", "no_duty", "answer", "action_not_effective"})
"""What is laid on a desk so that somebody knows of it; nothing waits for them."""
DEEDS: dict[tuple[str, str], Deed] = {
    ("intake", "assess"): of_cases.assess,
    ("intake", "take_over"): of_cases.take_over,
    ("intake", "answer_message"): of_cases.answer,
    ("dispatch", "decide"): of_cases.decide,
    ("dispatch", "decide_action"): of_cases.decide_action,
    ("dispatch", "track"): of_cases.track,
    ("dispatch", "tell"): of_cases.tell,
    ("dispatch", "called"): of_cases.come,
    ("dispatch", "read_notice"): of_cases.read_notice,
    ("dispatch", "give_approved"): of_payouts.give_what_was_approved,
    ("dispatch", "post_signed"): of_accounts.post_what_was_signed,
    ("callback", "call"): of_callbacks.call,
    ("callback", "arrange"): of_callbacks.arrange,
    ("survey", "open"): of_surveys.open_survey,
    ("survey", "chase"): of_surveys.chase,
    ("survey", "close"): of_surveys.close_survey,
    ("survey", "low_answer"): of_surveys.follow_up,
}
"""Service and kind of the task to what is done; what any service may ask stands below."""
EVERYWHERE: dict[str, Deed] = {"sign_off": besides.sign_off, "read": besides.read, "job": besides.do_job}
MINUTES = {"register": 6, "assess": 5, "call": 8, "job": 30, "finish": 25, "arrive": 20, "sign_off": 4, "decide": 5}
OTHERWISE_MINUTES = 3


def deed_for(service: str, kind: str, of: str) -> Deed | None:
    """What is done about a task; nothing where it only tells, or where nobody made up knows what to do."""
    if kind in ONLY_TOLD:
        return None
    known = DEEDS.get((service, kind)) or EVERYWHERE.get(kind)
    is_a_step = service == "dispatch" and of.startswith("duty:") and of.count(":") == 1
    return known or (of_cases.take_a_step if is_a_step else None)


def minutes_of(kind: str) -> int:
    """How long somebody is busy with it."""
    return MINUTES.get(kind, OTHERWISE_MINUTES)
