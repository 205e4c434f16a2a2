"""What the pages of stats call things."""

from typing import Any

from closeloop.chassis.i18n import LANGUAGES, Language, Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.contracts.vocabulary import Outcome, label
from closeloop.stats.asking import End
from closeloop.stats.counting import Counting
from closeloop.stats.grouping import title_of
from closeloop.stats.occasions import ENDS as ENDS_OF
from closeloop.stats.occasions import ClauseCounts
from closeloop.stats.queries import Figure
from closeloop.stats.tables import NONE

COUNTED: dict[Counted, Sentence] = {
    Counted.CASES_RECEIVED: _("cases received"),
    Counted.CASES_HANDLED: _("cases handled"),
    Counted.CASES_CLOSED: _("cases closed"),
    Counted.CASES_REOPENED: _("cases opened again"),
    Counted.CASES_EXEMPTED: _("cases exempted from callback"),
    Counted.CASES_CALLED_BACK: _("cases called back"),
    Counted.CASES_SATISFIED: _("cases with a satisfied customer"),
    Counted.CASES_DISSATISFIED: _("cases with a dissatisfied customer"),
    Counted.DUTIES_ISSUED: _("duties issued"),
    Counted.DUTIES_RETURNED: _("duties returned"),
    Counted.DUTIES_RETURNED_IN_TIME: _("duties returned in time"),
    Counted.LIMITS_KEPT: _("limits kept"),
    Counted.LIMITS_MISSED: _("limits missed"),
    Counted.SHEETS_SENT: _("sheets sent"),
    Counted.SHEETS_RETURNED: _("sheets returned"),
    Counted.ITEMS_QUALIFIED: _("items answered as satisfied"),
    Counted.ITEMS_DISSATISFIED: _("items answered as dissatisfied"),
    Counted.ITEMS_UNANSWERED: _("items without an answer"),
}
"""What is counted, in words that stand inside a sentence."""

ANSWERS: dict[str, Sentence] = {
    "satisfied": _("satisfied"),
    "dissatisfied": _("dissatisfied"),
    "unreachable": _("not reached"),
    "declined": _("declined"),
    "exempted": _("exempted"),
    "none": _("not asked yet"),
}
"""What came of asking the customer of a case."""

STATES: dict[str, Sentence] = {"open": _("open at the end"), "overdue": _("overdue at the end")}
"""How cases stand when the period is over."""

DAYS: dict[str, Sentence] = {
    "received": _("received in the period"),
    "handled": _("handled in the period"),
    "closed": _("closed in the period"),
}
"""Which cases belong to the period."""

ENDS: dict[End, dict[str, str]] = {name: label(end).model_dump() for name, end in ENDS_OF.items()}
"""How an occasion stands, in the words of the vocabulary."""

END_TONES: dict[End, str] = {"kept": "good", "breached": "bad", "open": "waiting", "prevented": "info", "shown": "info"}
"""Tones of badges; what is not named is neutral."""

_THINGS: dict[str, Sentence] = {
    "case": _("Case"),
    "duty": _("Duty"),
    "callback": _("Callback"),
    "survey": _("Survey"),
    "sheet": _("Sheet"),
    "attempt": _("Refused attempt"),
    "job": _("Periodic job"),
    "figure": _("Figure"),
    "alarm": _("Alarm"),
    "record": _("Record"),
}
_BOUNDS: dict[str, str] = {"at_least": "≥", "at_most": "≤", "below": "<"}


def says(count: Count, left_out: tuple[Counted, ...] = ()) -> dict[str, str]:
    """What a count adds up and leaves out, in both languages."""
    return {language: _said(count, left_out, language) for language in LANGUAGES}


def _said(count: Count, left_out: tuple[Counted, ...], language: Language) -> str:
    of = " + ".join(COUNTED[one].in_(language) for one in count.of)
    without = [COUNTED[one].in_(language) for one in left_out if one.thing == count.of[0].thing != "items"]
    return " − ".join([of, *without])


def says_of(counted: tuple[Counted, ...]) -> dict[str, str]:
    """What is left out, in both languages."""
    return {language: " + ".join(COUNTED[one].in_(language) for one in counted) for language in LANGUAGES}


def value_of(figure: Figure) -> str:
    """A figure as it stands in a table."""
    if figure.value is None:
        return "—"
    return number_in(figure.value, figure.rule.entry.unit)


def number_in(value: float, unit: str) -> str:
    """A number with its unit, whole where it is a count."""
    return f"{value:,.0f}" if unit == "count" else f"{value:.1f}\u00a0%" if unit == "percent" else f"{value:,.1f}"


def about_cases(wanted: Counting) -> list[Any]:
    """What a list holds, in pieces: whose condition, what is counted, and what it is narrowed to."""
    only, pack = wanted.only, wanted.pack
    kinds = pack.intake.said.kinds
    said: list[Any] = [wanted.rule.entry.title.model_dump()] if wanted.rule else []
    said.append(STATES[only.state] if only.state else says(wanted.count, wanted.left_out))
    if only.kind:
        said.append(kinds[only.kind].title.model_dump() if only.kind in kinds else only.kind)
    if only.department:
        said.append(_("No department yet") if only.department == NONE else pack.title_of(only.department).model_dump())
    if only.outcome:
        known = only.outcome in tuple(Outcome)
        said.append(label(Outcome(only.outcome)).model_dump() if known else _("No result yet"))
    if only.answer:
        said.append(ANSWERS[only.answer])
    return [*said, *(title_of(pack, by, value) for by, value in only.groups)]


def target_of(figure: Figure) -> str:
    """The bounds of the target, as a formula that needs no translation."""
    unit = "\u00a0%" if figure.rule.entry.unit == "percent" else ""
    return ", ".join(f"{_BOUNDS[name]}\u00a0{bound:g}{unit}" for name, bound in figure.target.items())


def judgement_of(figure: Figure) -> tuple[Sentence, str]:
    """Whether the target is met, with the tone of its badge; without a figure there is nothing to judge."""
    if figure.met is None:
        return _("Nothing to judge"), "neutral"
    return (_("Met"), "good") if figure.met else (_("Missed"), "bad")


def silence_of(row: ClauseCounts) -> tuple[Sentence, str]:
    """Why a clause has no occasion, with the tone of its badge."""
    if row.not_bound:
        return _("Not bound yet"), "waiting"
    if row.clause.by_construction:
        return _("Kept by construction"), "good"
    return _("No occasion in this period"), "neutral"


def about(of: str) -> dict[str, str]:
    """What an occasion hangs on, such as duty:1:return, as people say it."""
    thing, *rest = of.split(":")
    name = _THINGS.get(thing)
    return {language: " ".join([name.in_(language) if name else thing, *rest]) for language in LANGUAGES}


def whose(key: str, pack: Pack) -> Any:
    """The job, figure or corrective action whose occasion it is; none where it is that of a case."""
    if key.startswith("action-"):
        return _("Corrective action")
    if not key.startswith(("job:", "figure:")):
        return None
    name = key.partition(".")[2].split(".")[0]
    entry = pack.jobs.get(name) or pack.stats.said.indicators.get(name)
    return entry.title.model_dump() if entry else name


def opens_at(key: str, period: str | None, pack: Pack) -> str | None:
    """The page of that job or corrective action, or the figures of that period."""
    if key.startswith("action-"):
        return f"/dispatch/corrective-actions/{key}"
    name = key.partition(".")[2].split(".")[0]
    if key.startswith("job:") and name in pack.jobs:
        return f"/{pack.jobs[name].service}/jobs/{key}"
    return f"/stats?procedure={pack.id}&period={period}" if key.startswith("figure:") and period else None


def of_figures() -> dict[str, Any]:
    """What the page of figures says with."""
    return {
        "says": says,
        "says_of": says_of,
        "value_of": value_of,
        "target_of": target_of,
        "judgement_of": judgement_of,
        "ends": ENDS,
        "tones": END_TONES,
    }
