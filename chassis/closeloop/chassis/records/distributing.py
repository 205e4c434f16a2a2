"""Distribution: a sealed record is given to the desks that the procedure names, and they confirm to have read it."""

from __future__ import annotations

from collections.abc import Callable

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, kept, opened, withdrawn
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.records.copies import copies_wanted
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.store.readers import Reader
from closeloop.chassis.store.tables import KeptRecord, Occasion, Timer
from closeloop.chassis.work import Work

TASK = "read"
DUE = "read_due"


def give_out(work: Work, record: KeptRecord, pack: Pack) -> list[Judgement]:
    """The record was sealed: each desk gets its copy; what it corrects need not be read any more."""
    form = pack.forms[record.form]
    judging = [*_take_back(work, record.corrects), *copies_wanted(work, record, form)]
    if form.distribution is None or record.hash is None:
        return judging
    due_at = moment_after(form.distribution.within, work.now, work.calendar(record.place))
    for desk in form.distribution.to:
        reader = Reader(
            id=work.new_id(),
            key=record.key,
            record=record.id,
            form=record.form,
            title=form.title.model_dump(),
            number=record.number,
            desk=desk,
            procedure=pack.id,
            procedure_version=pack.version,
            place=record.place,
            audience=record.audience,
            hash=record.hash,
            given_at=work.now,
            due_at=due_at,
            clauses=list(form.distribution.clauses),
        )
        work.add(reader)
        work.at(due_at, DUE, of=reader.occasion)
        judging += opened(reader.clauses, of=reader.occasion)
        _lay_on_the_desk(work, reader)
    return judging


@acts
def confirm_read(work: Work, record: str, found: str | None, desks: frozenset[str]) -> list[Reader]:
    """Somebody of the desk has read the record; `found` is the hash of what they read."""
    given = [one for one in work.all(Reader, record=record) if one.waits]
    mine = [one for one in given if one.desk in desks]
    kept_record = work.maybe(KeptRecord, id=record)
    if kept_record is None:
        raise NotFound()
    if any(one.corrects == record for one in work.all(KeptRecord)):
        raise Refused(_("This record was corrected. Read the one that corrects it."))
    if found is not None and found != kept_record.hash:
        raise Refused(_("This is not what stands in the record. Load it again, then confirm."))
    if not mine and given:
        clause = next(iter(given[0].clauses), None)
        raise Forbidden(_("This record was given to others to be read."), clause=clause)
    if not mine:
        raise Refused(_("Nobody of your desks has to confirm this record."))
    for one in mine:
        one.read_at, one.read_by = work.now, work.by.id if work.by else ""
        work.cancel(DUE, of=one.occasion)
        work.judge(kept(_open(work, one), of=one.occasion))
        _off_the_desk(work, one)
    return mine


@acts
def read_and_settle(
    work: Work, record: str, found: str | None, desks: frozenset[str], settle: Callable[[Work], None]
) -> list[Reader]:
    """The same, after which the service says whether anything still holds the matter open."""
    readers = confirm_read(work, record, found, desks)
    settle(work)
    return readers


def say_unread(timer: Timer, work: Work) -> None:
    """Nobody of the desk has read it by now: that is said once, and it still lies there."""
    one = next((one for one in work.all(Reader) if one.occasion == timer.of and one.waits), None)
    if one is not None and one.missed_at is None:
        one.missed_at = work.now
        work.judge(breached(_open(work, one), of=one.occasion))


def _take_back(work: Work, record: str | None) -> list[Judgement]:
    judging: list[Judgement] = []
    for one in work.all(Reader, record=record) if record else ():
        if one.waits:
            one.withdrawn_at = work.now
            work.cancel(DUE, of=one.occasion)
            judging += withdrawn(_open(work, one), of=one.occasion)
            _off_the_desk(work, one)
    return judging


def _lay_on_the_desk(work: Work, reader: Reader) -> None:
    """One task for everything of this matter that the desk has to read."""
    of = _task_of(reader)
    work.done(TASK, of=of)
    many = sum(one.waits and one.desk == reader.desk for one in work.all(Reader))
    zh, en = (f"请阅：{reader.title['zh']}", f"To be read: {reader.title['en']}")
    if many > 1:
        zh, en = f"{zh}等 {many} 份", f"{en} and {many - 1} more"
    work.task(
        desk=reader.desk,
        kind=TASK,
        of=of,
        title=(zh, en),
        url=f"/{work.service}/to-read",
        due_at=reader.due_at,
        place=reader.place,
        audience=reader.audience,
    )


def _off_the_desk(work: Work, reader: Reader) -> None:
    if not any(one.waits and one.desk == reader.desk for one in work.all(Reader)):
        work.done(TASK, of=_task_of(reader))


def _task_of(reader: Reader) -> str:
    return f"read:{reader.desk}"


def _open(work: Work, reader: Reader) -> list[str]:
    known = {occasion.clause for occasion in work.all(Occasion, of=reader.occasion, ended_at=None)}
    return [clause for clause in reader.clauses if clause in known]
