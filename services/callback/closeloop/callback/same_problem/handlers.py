"""What a case does when its callback is put together with others, and when all of them are answered."""

from __future__ import annotations

from datetime import datetime

from closeloop.callback.asking.actions import next_attempt
from closeloop.callback.asking.column import seal_the_column
from closeloop.callback.asking.going_on import go_on, tell_attempt
from closeloop.callback.ending import pack_of
from closeloop.callback.model import Callback, Case
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import kept
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome

hears = Hears()


@hears.told("put_together")
def know_the_problem(timer: Timer, work: Work) -> None:
    """The callback belongs to a problem of several customers."""
    callback = work.maybe(Callback, number=timer.data["callback"])
    if callback is not None:
        callback.problem = timer.data["problem"]


@hears.told("answered_together")
def be_answered_with_the_others(timer: Timer, work: Work) -> None:
    """One answer for all: it counts once for this customer too; who was asked already is only linked to it."""
    said = timer.data
    callback = work.maybe(Callback, number=said["callback"])
    if callback is None or not callback.is_open:
        return
    case, pack = work.one(Case), pack_of(work, work.one(Case))
    rule = pack.callback.said.same_problem
    attempt = next_attempt(
        work,
        callback,
        form=CallbackForm(said["form"]),
        outcome=CallbackOutcome(said["outcome"]),
        caller=said["caller"],
        attempted_at=datetime.fromisoformat(said["at"]),
        note=said["note"],
        problem=said["problem"],
    )
    judging = kept(rule.clauses if rule else (), of=callback.of)
    if said["by_letter"] and rule and rule.letter:
        judging += kept(rule.letter.clauses, of=callback.of)
    tell_attempt(work, callback, case, attempt, pack, judging=judging)
    seal_the_column(work, callback, pack)
    go_on(work, callback, case, attempt, pack)
