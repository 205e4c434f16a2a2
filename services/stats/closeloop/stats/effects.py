"""What is counted after a corrective action: whether the figure that it was to lower is lower, and stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import moment_after
from closeloop.chassis.reading import Read
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import ActionEnded, ActionOpened, ActionRepeated, ActionStepped, EffectCounted
from closeloop.stats.asking import Asked
from closeloop.stats.folding import fold
from closeloop.stats.judging import EVERYBODYS_EYES
from closeloop.stats.periods import period_of, read_period
from closeloop.stats.queries import figures_of

hears = Hears()
COUNT = "count_the_effect"
OF = "effect"


@dataclass(frozen=True, slots=True)
class Effect:
    """The figure of the period in which an action was opened, and of each period after its end."""

    before: float
    after: tuple[float, ...]

    @property
    def is_lower(self) -> bool:
        """Whether it was lower in each of them."""
        return all(figure < self.before for figure in self.after)


@hears
def judge_an_action(action: ActionOpened, work: Work) -> None:
    """Something is to be done so that it does not happen again; of it the occasions count."""
    fold(action, work)


@hears
def judge_what_is_done(action: ActionStepped, work: Work) -> None:
    """Of what is done for it the occasions count."""
    fold(action, work)


@hears
def judge_another_round(action: ActionRepeated, work: Work) -> None:
    """It is gone through again: what was to be counted after its end is not."""
    fold(action, work)
    work.cancel(COUNT, of=OF)


@hears
def wait_for_the_figures(action: ActionEnded, work: Work) -> None:
    """It has ended: so many full periods later the figures say whether it worked."""
    fold(action, work)
    pack = work.pack(action)
    known = pack.dispatch.actions.get(action.action)
    effect = known.entry.effect if known is not None else None
    rule = pack.stats.indicator(effect.indicator) if effect is not None else None
    if action.how != "effective" or effect is None or rule is None:
        return
    calendar = work.calendar(action.place)
    span = period_of(effect.per, work.now.astimezone(calendar.zone).date(), calendar.zone)
    periods = []
    for _one in range(effect.periods):
        span = span.next
        periods.append(span.name)
    before = period_of(effect.per, action.opened_at.astimezone(calendar.zone).date(), calendar.zone)
    work.judge(opened(effect.clauses, of=OF))
    work.at(
        moment_after(rule.entry.settles, span.end, calendar),
        COUNT,
        of=OF,
        action=action.action,
        procedure=pack.id,
        version=pack.version,
        place=action.place,
        before=before.name,
        periods=periods,
    )


async def count_them(read: Read, timer: Timer) -> Effect | None:
    """The figures as they stand now."""
    running, said = here.get(), timer.data
    pack = running.procedures.pack(said["procedure"], said["version"])
    effect = pack.dispatch.actions[said["action"]].entry.effect
    rule = pack.stats.indicator(effect.indicator) if effect is not None else None
    if rule is None:
        return None
    zone, now = running.people.calendar(said["place"]).zone, running.now()

    async def figure_of(period: str, at: datetime) -> float:
        asked = Asked(EVERYBODYS_EYES, (pack,), read_period(period, zone), at, said["place"])
        [figure] = await figures_of(read, asked, pack, [rule])
        return float(figure.value or 0)

    after = [await figure_of(period, now) for period in said["periods"]]
    return Effect(await figure_of(said["before"], now), tuple(after))


@hears.due(COUNT, reads=count_them)
def say_whether_it_worked(timer: Timer, work: Work, counted: Effect | None) -> None:
    """What the figures show is said; where they are not lower, dispatch has the measures gone through again."""
    if counted is None:
        return
    said = timer.data
    pack = work.pack(said["procedure"], said["version"])
    effect = pack.dispatch.actions[said["action"]].entry.effect
    assert effect is not None
    told = EffectCounted(
        action_id=work.key,
        action=said["action"],
        indicator=effect.indicator,
        before=counted.before,
        periods=tuple(said["periods"]),
        figures=counted.after,
        is_lower=counted.is_lower,
        procedure=pack.id,
        procedure_version=pack.version,
        place=said["place"],
    )
    work.publish(told, judging=kept(effect.clauses, of=OF))


@hears
def judge_an_effect(effect: EffectCounted, work: Work) -> None:
    """Stats itself said it; of it the occasions count."""
    fold(effect, work)
