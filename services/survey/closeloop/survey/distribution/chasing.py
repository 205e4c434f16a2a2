"""The rate of each area while forms are out: who is reminded, and what must be said where it stayed too low."""

from __future__ import annotations

from collections.abc import Mapping

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.survey import Chase
from closeloop.survey.days import end_of
from closeloop.survey.distribution.areas import least_rate
from closeloop.survey.distribution.model import Area
from closeloop.survey.model import Survey

CHASE = "chase"


def begin_chasing(work: Work, survey: Survey, pack: Pack) -> None:
    """Some time before the last day whoever brings the forms back is reminded of the areas that are too low."""
    said = _chase_of(survey, pack)
    if said is None or survey.ends_on is None:
        return
    for before in said.warn_before:
        at = moment_after(before, end_of(survey.ends_on), work.calendar(survey.place), back=True)
        if at > work.now:
            work.at(at, CHASE, of=str(before))


def chase(work: Work, survey: Survey, pack: Pack) -> None:
    """Every area that is below the rate lies on the desk, with what is missing."""
    least = least_rate(survey, pack)
    for area in work.all(Area):
        missing = area.missing(least)
        work.done(CHASE, of=area.id)
        if missing:
            zh, en = area.name or survey.title["zh"], area.name or survey.title["en"]
            work.task(
                desk=survey.desk,
                kind=CHASE,
                of=area.id,
                title=(f"催收调查表：{zh} 还差 {missing} 份", f"Bring forms back: {en}, {missing} more"),
                url=survey.url,
                place=survey.place,
                due_at=end_of(survey.ends_on) if survey.ends_on else None,
            )


def is_enough(work: Work, survey: Survey, pack: Pack, area: Area) -> None:
    """Enough came back: nobody is reminded of this area any more."""
    if not area.missing(least_rate(survey, pack)):
        work.done(CHASE, of=area.id)


def stop_chasing(work: Work) -> None:
    """The survey is over."""
    for area in work.all(Area):
        work.done(CHASE, of=area.id)


def check_reasons(work: Work, survey: Survey, pack: Pack, reasons: Mapping[str, str]) -> None:
    """What came back is entered, and where too little did, somebody says why."""
    known = {area.name for area in work.all(Area)}
    if strange := sorted(reasons.keys() - known):
        raise Refused(_("The plan has no area {area}; it has: {known}.", area=strange[0], known=", ".join(known)))
    said, least = _chase_of(survey, pack), least_rate(survey, pack)
    for area in work.all(Area):
        if area.still_to_enter:
            sentence = _("{count} forms of {area} are not entered yet.", count=area.still_to_enter, area=area.name)
            raise Refused(sentence)
        area.reason = reasons.get(area.name) or None
        if area.missing(least) and area.reason is None and said is not None and said.reason_below:
            raise Refused(_("{area} stayed below {least} %: say why.", area=area.name, least=f"{least:g}"))


def _chase_of(survey: Survey, pack: Pack) -> Chase | None:
    rule = survey.said_in(pack)
    return rule.distribution.chase if rule and rule.distribution else None
