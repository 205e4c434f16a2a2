"""What people do about letters: send one again, or let it go with a reason."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.connectors.letter import Letter, LetterState
from closeloop.chassis.connectors.sending import KIND
from closeloop.chassis.i18n import _
from closeloop.chassis.people.rights import OPERATOR
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.chassis.work import Work

STUCK = (LetterState.FAILED, LetterState.UNCLEAR)


class LetGoForm(BaseModel):
    """Why a letter is not sent."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=500, title="Reason")
    """Why it need not go out any more, such as how the person was told instead."""


@acts
def send_again(work: Work, desks: frozenset[str]) -> Letter:
    """The letter goes out once more, with a new count of tries."""
    letter = _theirs(work, desks)
    if letter.state not in STUCK:
        raise Refused(_("This letter is under way or has arrived; only one that failed or is unclear is sent again."))
    letter.state, letter.next_try_at, letter.tries = LetterState.WAITING, work.now, 0
    letter.decided_by = work.by.id if work.by else None
    work.done(KIND, letter.id)
    return letter


@acts
def let_go(work: Work, form: LetGoForm, desks: frozenset[str]) -> Letter:
    """The letter is not sent: the person was told otherwise, or need not be told."""
    letter = _theirs(work, desks)
    if letter.state not in (*STUCK, LetterState.WAITING):
        raise Refused(_("This letter is under way or has arrived: nobody can hold it back."))
    letter.state, letter.reason = LetterState.LET_GO, {"zh": form.reason, "en": form.reason}
    letter.decided_by = work.by.id if work.by else None
    work.done(KIND, letter.id)
    return letter


def _theirs(work: Work, desks: frozenset[str]) -> Letter:
    letter = work.one(Letter, id=work.key)
    if work.by is not None and not work.by.may(OPERATOR) and letter.desk not in desks:
        raise Forbidden(_("Only the desk that answers for this letter, or an operator, decides about it."))
    return letter
