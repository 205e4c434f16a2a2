"""Copies: a sealed record that the procedure wants in several is handed out copy by copy, each under its own title."""

from __future__ import annotations

from collections.abc import Callable

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, opened, withdrawn
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.store.tables import KeptRecord, Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.vocabulary import Text


def copies_wanted(work: Work, record: KeptRecord, form: Form) -> list[Judgement]:
    """The record was sealed: each of its copies has to go out; those of what it corrects need not any more."""
    if form.copies is None:
        return []
    judging: list[Judgement] = []
    for number in range(1, len(form.copies.titles) + 1):
        if record.corrects:
            earlier = of_copy(record.form, record.corrects, number)
            judging += withdrawn(_open(work, earlier), of=earlier)
        judging += opened(form.copies.clauses, of=of_copy(record.form, record.id, number))
    return judging


@acts
def hand_out_copy(work: Work, identity: str, number: int, settle: Callable[[Work], None]) -> KeptRecord:
    """A copy was printed and goes to whom it is for; one that is lost is printed once more."""
    record = work.maybe(KeptRecord, id=identity)
    if record is None:
        raise NotFound()
    form = work.pack(record.procedure, record.procedure_version).forms[record.form]
    title = title_of_copy(form, number)
    if title is None:
        raise Refused(_("This record has no copy {number}.", number=number))
    if not record.is_sealed:
        raise Refused(_("This record is not sealed yet; its copies are handed out when it is."))
    of = of_copy(record.form, record.id, number)
    work.judge(kept(_open(work, of), of=of))
    settle(work)
    return record


def title_of_copy(form: Form, number: int) -> Text | None:
    """What stands above a copy, such as that of the store; none if there is no such copy."""
    titles = form.copies.titles if form.copies else ()
    return titles[number - 1] if 1 <= number <= len(titles) else None


def of_copy(form: str, record: str, number: int) -> str:
    """What the occasion of a copy hangs on."""
    return f"record:{form}:{record}:copy:{number}"


def _open(work: Work, of: str) -> list[str]:
    return [one.clause for one in work.all(Occasion, of=of) if one.ended_at is None]
