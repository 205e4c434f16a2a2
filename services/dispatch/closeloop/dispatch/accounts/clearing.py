"""Clearing: what a holder was given for a case is out of its hands again by the time that the procedure says."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.refusals import Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.accounts import Clearing
from closeloop.contracts.procedure.step import moment_of
from closeloop.dispatch.accounts.model import NOTHING, holder_of, of_case
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.steps.handling import Handling

TIMER = "clearing"


def look_at_holders(work: Work, pack: Pack, account: str, holders: tuple[str, ...]) -> list[Judgement]:
    """After a posting for a case: what came in is to be cleared, what is empty has been."""
    judging: list[Judgement] = []
    for holder in holders:
        clears = pack.accounts[account].holders[holder_of(holder)].clears
        if clears is None:
            continue
        of, empty = occasion_of(account, holder), is_empty(work, account, holder)
        open_ = [one.clause for one in work.all(Occasion, of=of, ended_at=None)]
        if not empty and not open_ and work.maybe(Timer, kind=TIMER, of=of) is None:
            judging += opened(clears.clauses, of=of)
            _by_then(work, clears, account, holder)
        elif empty:
            judging += kept(open_, of=of)
            work.cancel(TIMER, of=of)
            work.done(TIMER, of=of)
    return judging


def refuse_uncleared(on: Handling, step: str) -> None:
    """A step waits until the holders that it waits for have nothing left of the case."""
    for name, account in on.pack.accounts.items():
        for called, holder in account.holders.items():
            clears = holder.clears
            if clears is None or clears.duty != on.duty.rule or clears.before not in (step, moment_of(step)):
                continue
            if any(one.quantity for one in of_case(on.work, name, "holder") if holder_of(one.name) == called):
                title = holder.title.model_dump()
                raise Refused(
                    _("“{holder}” is not empty yet: post first what is left of this case.", holder=title),
                    clause=next(iter(clears.clauses), None),
                )


def say_uncleared(timer: Timer, work: Work) -> None:
    """The time is over and something is still there: that is said once, and lies on a desk."""
    account, holder = str(timer.data["account"]), str(timer.data["holder"])
    case = work.one(HandledCase)
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    if is_empty(work, account, holder):
        return
    of = occasion_of(account, holder)
    work.judge(breached([one.clause for one in work.all(Occasion, of=of, ended_at=None)], of=of))
    said = pack.accounts[account].holders[holder_of(holder)]
    work.task(
        desk=pack.head.desk,
        person=holder.partition(":")[2] or None if said.per == "person" else None,
        kind=TIMER,
        of=of,
        title=(f"逾期未清：{said.title.zh}", f"Overdue: {said.title.en} is not empty"),
        url=f"/dispatch/accounts/{account}?case={case.id}",
        place=case.place,
        audience=case.audience,
        case=case.told,
    )
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


def is_empty(work: Work, account: str, holder: str) -> bool:
    """Whether a holder has nothing of the case."""
    return all(one.quantity == NOTHING for one in of_case(work, account, "holder", holder))


def occasion_of(account: str, holder: str) -> str:
    """What the occasions of a holder hang on."""
    return f"holder:{account}.{holder}"


def _by_then(work: Work, clears: Clearing, account: str, holder: str) -> None:
    if clears.within is not None:
        case = work.one(HandledCase)
        due_at = moment_after(clears.within, work.now, work.calendar(case.place))
        work.at(due_at, TIMER, of=occasion_of(account, holder), account=account, holder=holder)
