"""An answer goes out by mail from here: it is filed by itself when it has left, under what the mail is known by."""

from __future__ import annotations

from closeloop.chassis.connectors.letter import Letter, LetterState
from closeloop.chassis.connectors.writing import write_letter
from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Refused, Work
from closeloop.intake.conversation.model import FILE, Message, talk_of
from closeloop.intake.loop import is_closed, settle, take_off_the_desks
from closeloop.intake.model import Case

MAIL, SAID, WENT = "mail", "message", "message_went"
ARRIVED = (LetterState.SENT, LetterState.DELIVERED)

hears = Hears()


def send(work: Work, case: Case, pack: Pack, message: Message) -> None:
    """The words go to the customer by mail, with the number of the case in its subject."""
    if not case.email:
        raise Refused(_("No mail address is known for case {number}: answer in another way.", number=case.number))
    if MAIL not in work.channels:
        raise Refused(_("No mail can be sent from here: answer in another way, or have a mail server set."))
    write_letter(
        work,
        MAIL,
        case.email,
        kind=SAID,
        subject=f"{case.number} {pack.head.title.en if case.language == 'en' else pack.head.title.zh}",
        text=message.text,
        about=case.id,
        of=message.of,
        language=case.language,
        desk=pack.intake.registers[case.register_name].desk,
        place=case.place,
        audience=case.audience,
    )


@hears.letter(SAID)
def file_what_went(letter: Letter, work: Work) -> None:
    """It left: the reply lies with the letters of the case, and nobody has to file it."""
    if letter.state not in ARRIVED:
        return
    case = work.one(Case, key=letter.about)
    of = f"{letter.of}:filed"
    if open_ := [one.clause for one in work.all(Occasion, key=case.id, of=of, ended_at=None)]:
        work.judge(kept(open_, of=of))
        case.sequence += 1
    take_off_the_desks(work, case, FILE, letter.of)
    work.tell(talk_of(case.id), WENT, of=letter.of, filed_as=f"{letter.connector} {letter.reference or letter.id}")
    if case.assessed_at and not is_closed(case):
        settle(work, case)


@hears.told(WENT)
def say_where_it_lies(timer: Timer, work: Work) -> None:
    """The message says by what its mail is known, unless somebody filed it meanwhile."""
    message = next(one for one in work.all(Message) if one.of == timer.data["of"])
    if message.filed_at is None:
        message.filed_as, message.filed_at = timer.data["filed_as"], work.now
