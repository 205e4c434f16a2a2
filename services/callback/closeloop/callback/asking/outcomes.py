"""What came of asking: whoever asks says it, or the fields of the form do, as the procedure reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from closeloop.callback.asking.forms import AttemptForm
from closeloop.chassis.conditions import Condition
from closeloop.chassis.fields import fitting
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.inputs import inputs
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.callback import AskedOn
from closeloop.contracts.vocabulary import CallbackOutcome


class AskedBy(Protocol):
    """Whatever a coverage asks about: a case that was handled or says something, or an answer sheet."""

    @property
    def coverage(self) -> str: ...
    @property
    def verifies(self) -> bool: ...


NOT_ASKED = (CallbackOutcome.UNREACHABLE, CallbackOutcome.DECLINED)
"""Whoever could not ask, or was sent away, has nothing to fill in."""


def record_of(callback: AskedBy, pack: Pack) -> AskedOn | None:
    """The form that is filled by this callback, and what follows from it."""
    coverage = pack.callback.said.coverage.get(callback.coverage)
    return coverage.record if coverage else None


def fields_asked(callback: AskedBy, pack: Pack) -> tuple[str, ...]:
    """The fields that whoever asks fills in, in the order of the form."""
    said = record_of(callback, pack)
    if said is None:
        return ()
    decide = {name for when in said.outcomes.values() for name in Condition(when.written).facts_needed}
    return tuple(name for name in pack.forms[said.form].fields if name in decide or name in said.fields)


def fields_on_page(callback: AskedBy, pack: Pack) -> list[dict[str, Any]]:
    """The same fields as a page asks for them."""
    said = record_of(callback, pack)
    return inputs(pack, pack.forms[said.form], fields_asked(callback, pack), {}) if said else []


def decides_itself(callback: AskedBy, pack: Pack) -> bool:
    """Whether the fields of the form say what came of it."""
    said = record_of(callback, pack)
    return bool(said and said.outcomes)


def outcomes_offered(callback: AskedBy, pack: Pack) -> list[CallbackOutcome]:
    """What whoever asks may say came of it; of what the form says itself only that nobody was asked."""
    known = {*pack.callback.loop.marks, CallbackOutcome.UNREACHABLE} - {CallbackOutcome.ANSWERED}
    if decides_itself(callback, pack):
        return [one for one in NOT_ASKED if one in known]
    verified = (CallbackOutcome.CONFIRMED, CallbackOutcome.REFUTED) if callback.verifies else ()
    return [one for one in CallbackOutcome if one in known or one in verified]


def what_was_said(callback: AskedBy, pack: Pack, form: AttemptForm) -> dict[str, Any]:
    """The fields as they are kept; what does not fit is refused with the field's name."""
    asked, said = fields_asked(callback, pack), record_of(callback, pack)
    if strange := [name for name in form.fields if name not in asked]:
        raise Refused(_("The form of this callback has no field {field}.", field=strange[0]))
    kept: dict[str, Any] = {}
    for name in asked:
        assert said is not None
        field, value = pack.forms[said.form].fields[name], form.fields.get(name)
        if value in (None, "", []):
            continue
        try:
            kept[name] = fitting(field, value)
        except ValueError as wrong:
            why = wrong.args[0] if isinstance(wrong.args[0], Sentence) else Sentence(str(wrong))
            title = field.title.model_dump()
            raise Refused(_("{field}: {why}", field=title, why=why.texts)) from None
    return kept


def outcome_of(callback: AskedBy, pack: Pack, said: Mapping[str, Any], form: AttemptForm) -> CallbackOutcome:
    """What came of it by the fields; nobody says something else than what stands on the form."""
    record = record_of(callback, pack)
    if record is None or not record.outcomes or form.outcome in NOT_ASKED:
        if form.outcome is None:
            raise Refused(_("Say what came of the callback."))
        return form.outcome
    for outcome, when in record.outcomes.items():
        if Condition(when.written).decide(said):
            if form.outcome not in (None, outcome):
                raise Refused(_("The form says something else than this outcome; correct one of them."))
            return outcome
    fields = pack.forms[record.form].fields
    asked = [name for name in fields_asked(callback, pack) if name not in record.fields]
    titles = [fields[name].title for name in [one for one in asked if one not in said] or asked]
    missing = {"zh": "、".join(one.zh for one in titles), "en": ", ".join(one.en for one in titles)}
    raise Refused(_("Please fill in what came of the callback: {fields}.", fields=missing))
