"""A conversation is written: the case itself is its first message, everything else is added by people."""

from __future__ import annotations

from datetime import timedelta

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit, start_limit, stop_limit
from closeloop.chassis.occasions import Judgement, kept, opened
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.work import Forbidden, Refused, Work
from closeloop.contracts.intake import MessageWritten
from closeloop.contracts.procedure.conversation import Conversation
from closeloop.contracts.vocabulary import Text
from closeloop.intake.conversation.forms import FilingForm, MessageForm
from closeloop.intake.conversation.model import (
    ANSWER,
    ANSWERING,
    ANSWERS,
    ASKS,
    CLARIFIES,
    FILE,
    IN,
    INFORMS,
    Message,
    meant_by,
    must_be_clear,
    numbered,
    talk_of,
)
from closeloop.intake.conversation.posting import send
from closeloop.intake.loop import ask, is_closed, settle, take_off_the_desks, tell
from closeloop.intake.model import Case, facts_of, header
from closeloop.intake.rights import may_register, works_by

CLOCKS_DIFFER = timedelta(minutes=1)


def begins_with(work: Work, case: Case, pack: Pack) -> list[Judgement]:
    """What came in by call or letter is the first message; it is written down with the case."""
    said = _asked_of(case, pack)
    if said is None or case.channel not in said.channels:
        return []
    first = Message(
        id=f"{case.id}:1",
        key=talk_of(case.id),
        case_id=case.id,
        number=1,
        direction=IN,
        channel=case.channel,
        says=ASKS,
        text=case.content,
        at=case.received_at,
        written_at=work.now,
        written_by=case.received_by,
    )
    work.add(first)
    return [*kept(said.clauses, of=first.of), *_wait_for_an_answer(work, case, said, first)]


def ask_for_the_first_answer(work: Work, case: Case, pack: Pack) -> None:
    """Whoever keeps the register finds on their desk what waits for an answer."""
    said = _asked_of(case, pack)
    if said is not None and said.answering is not None and case.channel in said.channels:
        _lay_on_the_desk(work, case, pack, ANSWER, 1)


def _keys(case: str, *_said: object) -> tuple[str, ...]:
    return case, talk_of(case)


@acts(keys=_keys)
def write_message(work: Work, case_id: str, form: MessageForm) -> Message:
    """What was said stands in the conversation; an answer stops the limit of what it answers."""
    case, pack, messages = _talk(work, case_id)
    said = _asked_of(case, pack)
    if is_closed(case) and form.says != INFORMS:
        sentence = _("Case {number} is closed. Open it again before anything is asked or answered.", number=case.number)
        raise Refused(sentence)
    about = meant_by(form.answers, form.says, messages)
    if form.says == ANSWERS:
        must_be_clear(about, said)
    message = _written(work, case, pack, form, messages)
    message.answers = about.number if about else None
    work.add(message)
    if form.by_mail:
        send(work, case, pack, message)
    judged = kept(said.clauses if said else (), of=message.of)
    if said is not None:
        judged += _of_what_it_says(work, case, said, message, about)
    told = MessageWritten(
        case=header(case),
        number=message.number,
        direction="in" if message.direction == IN else "out",
        channel=message.channel,
        says=form.says,
        answers=message.answers,
        text=message.text,
        occurred_at=message.at,
    )
    tell(work, case, told)
    work.judge(judged)
    case.sequence += bool(judged)
    _desks(work, case, pack, said, message, about)
    if case.assessed_at and not is_closed(case):
        settle(work, case)
    return message


@acts(keys=_keys)
def mark_unclear(work: Work, case_id: str, number: int) -> Message:
    """It has to be found out what the customer means before anybody answers."""
    case, pack, messages = _talk(work, case_id)
    message, said = numbered(messages, number), _asked_of(case, pack)
    if not message.waits_for_an_answer or message.is_unclear:
        raise Refused(_("Message {number} does not wait for an answer, or is marked already.", number=number))
    message.is_unclear = True
    if said is not None and said.clarifying is not None:
        work.judge(opened(said.clarifying.clauses, of=f"{message.of}:clear"))
        case.sequence += 1
    return message


@acts(keys=_keys)
def file_reply(work: Work, case_id: str, number: int, form: FilingForm) -> Message:
    """The reply lies where it can be found; nothing of the conversation holds the case open any more."""
    case, pack, messages = _talk(work, case_id)
    message, said = numbered(messages, number), _asked_of(case, pack)
    if not message.has_to_be_filed:
        raise Refused(_("Message {number} is no reply that still has to be filed.", number=number))
    message.filed_as, message.filed_at = form.filed_as, work.now
    if said is not None and said.filing is not None:
        work.judge(kept(said.filing.clauses, of=f"{message.of}:filed"))
        case.sequence += 1
    take_off_the_desks(work, case, FILE, message.of)
    if case.assessed_at and not is_closed(case):
        settle(work, case)
    return message


def _asked_of(case: Case, pack: Pack) -> Conversation | None:
    """What the procedure asks of the conversation of this case; for most procedures nothing is looked at."""
    return pack.intake.conversation_of(facts_of(case, pack)) if pack.intake.conversation is not None else None


def _talk(work: Work, case_id: str) -> tuple[Case, Pack, list[Message]]:
    case = work.one(Case, key=case_id)
    pack = work.pack(case.procedure, case.procedure_version)
    if work.by is not None and not (may_register(work.by, pack) or works_by(work.by, pack)):
        raise Forbidden(_("Conversations are written by those who work by the procedure."))
    return case, pack, sorted(work.all(Message, key=talk_of(case_id)), key=lambda one: one.number)


def _written(work: Work, case: Case, pack: Pack, form: MessageForm, messages: list[Message]) -> Message:
    at, channel = form.at or work.now, form.channel or case.channel
    if at > work.now + CLOCKS_DIFFER:
        raise Refused(_("This moment must not lie in the future."))
    if channel not in pack.intake.channels:
        known = ", ".join(pack.intake.channels)
        raise Refused(_("There is no channel {name} here. Known are: {known}.", name=channel[:60], known=known))
    number = messages[-1].number + 1 if messages else 1
    return Message(
        id=f"{case.id}:{number}",
        key=talk_of(case.id),
        case_id=case.id,
        number=number,
        direction=form.direction,
        channel=channel,
        says=form.says,
        text=form.text,
        at=min(at, work.now),
        written_at=work.now,
        written_by=work.by.id if work.by else "",
        is_late=any(at < one.at for one in messages),
        is_unclear=form.is_unclear,
        filed_as=form.filed_as or None,
        filed_at=work.now if form.filed_as else None,
    )


def _of_what_it_says(
    work: Work, case: Case, said: Conversation, message: Message, about: Message | None
) -> list[Judgement]:
    """What a message opens, and what it ends."""
    judged: list[Judgement] = []
    if message.says == ASKS and message.direction == IN:
        judged += _wait_for_an_answer(work, case, said, message)
        if message.is_unclear and said.clarifying is not None:
            judged += opened(said.clarifying.clauses, of=f"{message.of}:clear")
    if message.says == CLARIFIES and about is not None and about.has_to_be_made_clear:
        about.clear_at = message.at
        judged += kept(said.clarifying.clauses if said.clarifying else (), of=f"{about.of}:clear")
    if message.says == ANSWERS:
        if about is not None and about.waits_for_an_answer:
            about.answered_at = message.at
            judged += stop_limit(work, ANSWERING, about.of, message.at)
        if said.filing is not None:
            judged += (kept if message.filed_at else opened)(said.filing.clauses, of=f"{message.of}:filed")
    return judged


def _wait_for_an_answer(work: Work, case: Case, said: Conversation, message: Message) -> list[Judgement]:
    answering = said.answering
    if answering is None:
        return []
    return start_limit(
        work,
        name=ANSWERING,
        of=message.of,
        due_at=moment_after(answering.within, message.at, work.calendar(case.place)),
        clauses=answering.clauses,
        started_at=message.at,
        length=answering.within,
        title=Text(zh="答复", en="Answer"),
    )


def _desks(
    work: Work, case: Case, pack: Pack, said: Conversation | None, message: Message, about: Message | None
) -> None:
    """What has to be answered or filed lies on a desk until it is."""
    if said is None:
        return
    if message.says == ASKS and message.direction == IN and said.answering is not None:
        _lay_on_the_desk(work, case, pack, ANSWER, message.number)
    if message.says == ANSWERS:
        if about is not None:
            take_off_the_desks(work, case, ANSWER, about.of)
        if said.filing is not None and message.filed_at is None:
            _lay_on_the_desk(work, case, pack, FILE, message.number)


def _lay_on_the_desk(work: Work, case: Case, pack: Pack, kind: str, number: int) -> None:
    desk = pack.intake.registers[case.register_name].desk
    if kind == ANSWER:
        words = (f"答复 {case.number} 的第 {number} 条来电来函", f"Answer message {number} of {case.number}")
    else:
        words = (f"存档 {case.number} 的第 {number} 条答复", f"File reply {number} of {case.number}")
    due = next((one.due_at for one in work.all(Limit, name=ANSWERING, of=f"message:{number}")), None)
    ask(work, case, desk, kind, f"message:{number}", words, due_at=due)
