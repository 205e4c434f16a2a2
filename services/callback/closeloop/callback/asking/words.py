"""How callbacks stand and what happened, in the words of a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.callback.asking.model import Attempt
from closeloop.callback.model import Callback
from closeloop.chassis.acting import here
from closeloop.chassis.coverage import NOT_IN_THE_SAMPLE
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.contracts.vocabulary import CallbackOutcome, CallbackState, Outcome, label


def state_of(callback: Callback, now: datetime) -> tuple[Any, str]:
    """How a callback stands, in words and tone."""
    if callback.state == CallbackState.PLANNED:
        if callback.held:
            return _("Being handled again"), "neutral"
        if callback.awaits:
            return _("Waits for the draw"), "neutral"
        if callback.due_at < now:
            return _("Overdue"), "bad"
        return (_("To be called again"), "waiting") if callback.tries else (_("To be called"), "info")
    if callback.outcome:
        tones = {CallbackOutcome.SATISFIED: "good", CallbackOutcome.DISSATISFIED: "bad"}
        return label(callback.outcome).model_dump(), tones.get(callback.outcome, "neutral")
    return label(callback.state).model_dump(), "neutral"


def named(word: Any) -> dict[str, str]:
    return label(word).model_dump()


def work_outcome(word: str) -> dict[str, str]:
    return label(Outcome(word)).model_dump()


def desk_title(callback: Callback) -> Any:
    for pack in here.get().procedures.current(here.get().now()):
        if callback.desk in pack.head.departments or callback.desk in pack.head.roles:
            return pack.title_of(callback.desk).model_dump()
    return callback.desk


def waiver_title(callback: Callback, pack: Pack) -> Any:
    if callback.waived_for == NOT_IN_THE_SAMPLE:
        return _("Outside the sample")
    exemption = pack.callback.said.exemptions.get(callback.waived_for or "")
    return exemption.title.model_dump() if exemption else None


def history(callbacks: list[Callback], attempts: list[Attempt], pack: Pack) -> list[dict[str, Any]]:
    """Everything that happened in callback for this case, in order of time."""
    tones = {CallbackOutcome.SATISFIED: "good", CallbackOutcome.DISSATISFIED: "bad"}
    rounds = {one.id: one.round for one in callbacks}
    entries: list[dict[str, Any]] = [
        {"at": one.planned_at, "what": _("Round {n}: callback planned", n=one.round)} for one in callbacks
    ]
    entries += [
        {
            "at": one.attempted_at,
            "what": _(
                "Round {n}: {form}, {outcome}",
                n=rounds.get(one.callback_id, 1),
                form=named(one.form),
                outcome=named(one.outcome),
            ),
            "note": one.note or "",
            "by": one.caller,
            "tone": tones.get(one.outcome, "waiting"),
        }
        for one in attempts
    ]
    entries += [
        {"at": one.ended_at, "what": _("Round {n}: waived", n=one.round), "note": one.waiver_note or ""}
        for one in callbacks
        if one.state == CallbackState.WAIVED and one.ended_at
    ]
    return sorted(entries, key=lambda entry: entry["at"])
