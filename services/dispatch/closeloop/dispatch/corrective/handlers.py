"""What dispatch does by itself about corrective actions: when an alarm is raised, a case asks for one, figures come."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import EffectCounted
from closeloop.contracts.stats import AlarmRaised
from closeloop.dispatch.corrective import opening
from closeloop.dispatch.corrective.actions import let_go_if_unfounded, look_at_the_figures
from closeloop.dispatch.corrective.beginning import begin_action
from closeloop.dispatch.corrective.breaches import report_breaches

hears = Hears()
hears.told(opening.BEGINS)(begin_action)
hears.told(opening.UNFOUNDED)(let_go_if_unfounded)
hears.told(opening.NEEDED)(opening.hear_that_it_is_needed)
hears.told(opening.OVER)(opening.hear_that_it_is_over)
hears.breaks(report_breaches)


@hears
def act_on_an_alarm(alarm: AlarmRaised, work: Work) -> None:
    """A figure that nobody may overlook brings about what the procedure says, each time that it is raised."""
    pack = work.pack(alarm)
    if any(one.entry.alarm == alarm.alarm for _action, one in pack.dispatch.openings):
        opening.open_for_an_alarm(work, pack, alarm)


def of_the_action(effect: EffectCounted) -> tuple[str, ...]:
    """Figures are looked at with the action that they are about."""
    return (effect.action_id,)


@hears(keys=of_the_action)
def look_whether_it_worked(effect: EffectCounted, work: Work) -> None:
    """What is counted afterwards may show that the measures did not work."""
    look_at_the_figures(effect, work)
