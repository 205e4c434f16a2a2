"""The areas of a survey while it runs: made when it opens, found when something goes out or comes back."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.survey.distribution.model import WHOLE, Area
from closeloop.survey.model import Survey


def make_areas(work: Work, survey: Survey) -> None:
    """The areas of the plan, each with the number of forms that it gets."""
    for planned in survey.areas:
        _make(work, survey, planned["area"], planned["quantity"])


def area_of(work: Work, survey: Survey, name: str | None) -> Area:
    """The area in which something is counted; a place that the plan did not name is added when a form goes there."""
    wanted = (name or WHOLE) if survey.counted_in != "none" else WHOLE
    return work.maybe(Area, name=wanted) or _make(work, survey, wanted, None)


def planned_area(work: Work, survey: Survey, name: str) -> Area:
    """The area that somebody names; only those of the plan are known."""
    if survey.counted_in == "none" and not survey.areas:
        return area_of(work, survey, None)
    found = work.maybe(Area, name=name)
    if found is None:
        known = ", ".join(area.name for area in work.all(Area)) or "–"
        raise Refused(_("The plan has no area {area}; it has: {known}.", area=name, known=known))
    return found


def least_rate(survey: Survey, pack: Pack) -> float | None:
    """How much must come back from each area, in percent, as the indicator of the rate says; none if nothing must."""
    rule = survey.said_in(pack)
    if rule is None or rule.distribution is None or rule.distribution.rate is None:
        return None
    named = rule.distribution.rate
    indicator = next((one for one in pack.stats.indicators if one.name == named), None)
    return pack.stats.at_least(indicator) if indicator else None


def _make(work: Work, survey: Survey, name: str, quantity: int | None) -> Area:
    number = len(work.all(Area)) + 1
    return work.add(Area(f"{survey.id}.{number}", survey.id, name, number, quantity))
