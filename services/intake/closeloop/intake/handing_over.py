"""What other departments pass on: written down by them, taken over by the desk, and both judged by when."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import start_limit, stop_limit
from closeloop.chassis.occasions import Judgement, breached, kept
from closeloop.chassis.packs import Pack, Rule, moment_after
from closeloop.chassis.work import Forbidden, Refused, Work
from closeloop.contracts.procedure.intake import AtOnce, Handover
from closeloop.contracts.vocabulary import Text
from closeloop.intake.checking import desk_of
from closeloop.intake.forms import Registration
from closeloop.intake.loop import ask, take_off_the_desks
from closeloop.intake.model import Case
from closeloop.intake.rights import may_use

TAKE_OVER = "take_over"
AT_ONCE = "at_once"


def in_time(work: Work, brought: Registration) -> list[Judgement]:
    """Whether the register was filled in at once, and whether what others received reached the desk promptly."""
    judged: list[Judgement] = []
    kind, handover = brought.pack.intake.kinds[brought.form.kind], brought.handover
    if kind.at_once is not None:
        soon = work.now <= _due(work, brought, kind.at_once)
        judged += (kept if soon else breached)(kind.at_once.clauses, of=f"case:{AT_ONCE}")
    if handover is not None:
        judged += kept(handover.entry.rates.clauses if handover.entry.rates else (), of="case:judged")
        due_at = _due(work, brought, handover.entry)
        if brought.by_the_desk:
            judged += (kept if work.now <= due_at else breached)(handover.clauses, of=f"case:{TAKE_OVER}")
        else:
            judged += start_limit(
                work,
                name=TAKE_OVER,
                of="case",
                due_at=due_at,
                clauses=handover.clauses,
                started_at=brought.received_at,
                length=handover.entry.within,
                title=Text(zh="接手", en="Taking over"),
            )
    return judged


def ask_to_take_over(work: Work, case: Case, pack: Pack) -> None:
    """The desk finds on its desk what another department wrote down."""
    title = pack.intake.kinds[case.kind].title
    words = (f"接手其他部门转来的{title.zh} {case.number}", f"Take over {title.en.lower()} {case.number}")
    due_at = _moment(work, _handover_of(case, pack).entry, case.received_at, case.place)
    ask(work, case, desk_that_takes_over(case, pack), TAKE_OVER, "case", words, due_at=due_at)


def taken_over(work: Work, case: Case, pack: Pack) -> list[Judgement]:
    """From now on the desk carries on."""
    if not case.waits_for_the_desk:
        raise Refused(_("Case {number} does not wait to be taken over. Load the page again.", number=case.number))
    desk = desk_that_takes_over(case, pack)
    if work.by is not None and not may_use(work.by, pack, desk):
        title = pack.title_of(desk)
        raise Forbidden(_("{desk} takes this case over.", desk={"zh": title.zh, "en": title.en}))
    case.taken_over_at, case.taken_over_by = work.now, work.by.id if work.by else None
    take_off_the_desks(work, case, TAKE_OVER)
    return stop_limit(work, TAKE_OVER, "case")


def desk_that_takes_over(case: Case, pack: Pack) -> str:
    """Whose task it is to carry on with a case that was passed on."""
    return desk_of(_handover_of(case, pack), pack, case.facets)


def _handover_of(case: Case, pack: Pack) -> Rule[Handover]:
    return next(rule for rule in pack.intake.handovers if rule.name == case.handover)


def _due(work: Work, brought: Registration, entry: AtOnce | Handover) -> datetime:
    return _moment(work, entry, brought.received_at, brought.form.place or None)


def _moment(work: Work, entry: AtOnce | Handover, since: datetime, place: str | None) -> datetime:
    return moment_after(entry.within, since, work.calendar(place))
