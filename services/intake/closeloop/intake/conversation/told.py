"""What a customer was told while their case is handled stands in the conversation too."""

from __future__ import annotations

from closeloop.chassis.packs import Pack
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyStepped
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.intake.conversation.model import INFORMS, OUT, Message, talk_of
from closeloop.intake.model import Case


def the_case_and_its_talk(told: DutyStepped) -> tuple[str, ...]:
    """Besides the case the conversation, where a customer was told something."""
    return (told.key, talk_of(told.key)) if _is_told_to_the_customer(told) else (told.key,)


def note_what_was_told(told: DutyStepped, case: Case, work: Work) -> None:
    """It informs, asks for no answer, and was said by whoever told it; dispatch has told everybody of it already."""
    if not _is_told_to_the_customer(told):
        return
    messages = work.all(Message, key=talk_of(case.id))
    at = told.occurred_at or work.now
    number = max((one.number for one in messages), default=0) + 1
    work.add(
        Message(
            id=f"{case.id}:{number}",
            key=talk_of(case.id),
            case_id=case.id,
            number=number,
            direction=OUT,
            channel=told.how or "spoken",
            says=INFORMS,
            text=told.text or "",
            at=at,
            written_at=work.now,
            written_by=told.by,
            is_late=any(at < one.at for one in messages),
        )
    )


def tells_customers(pack: Pack) -> bool:
    """Whether the procedure has customers told something while their case is handled."""
    return any(rule.entry.to == CUSTOMER for rules in pack.dispatch.tellings.values() for rule in rules)


def _is_told_to_the_customer(told: DutyStepped) -> bool:
    return told.to == CUSTOMER and bool(told.text)
