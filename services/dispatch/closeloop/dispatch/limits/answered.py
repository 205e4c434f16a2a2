"""The customer was answered: what waits for that stops at the moment at which they were."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.work import Work
from closeloop.contracts.intake import MessageWritten
from closeloop.dispatch.issuing.handing_out import look_at_limits
from closeloop.dispatch.limits.moments import note_moment, times_of
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.signing.sign_offs import say_whether_settled

hears = Hears()


@hears
def note_the_answer(told: MessageWritten, work: Work) -> None:
    """An answer to the customer is a moment of the case in its round, also before the case was assessed."""
    if (told.direction, told.says) != ("out", "answers"):
        return
    header = told.case
    case = work.maybe(HandledCase)
    if case is None:
        case = HandledCase(header.id, header.number, header.round, header.place, header.audience, {}, "", {}, {})
        case.header = header.model_dump(mode="json")
        work.add(case)
    if told.case.round != case.round:
        return
    note_moment(case, "answered", told.occurred_at or work.now)
    if case.closed_at is None and times_of(case, "assessed"):
        look_at_limits(work, work.pack(told), case)
        say_whether_settled(work)
