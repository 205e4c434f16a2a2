"""What the pages of stats call things."""

from dataclasses import dataclass

from closeloop.chassis.i18n import Sentence, _
from closeloop.contracts.procedure.stats import Counted
from closeloop.contracts.vocabulary import OccasionEnd, label
from closeloop.stats.asking import End
from closeloop.stats.occasions import ENDS as ENDS_OF
from closeloop.stats.queries import Figure

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
    Counted.LIMITS_MISSED: _("limits missed"),
    Counted.SHEETS_SENT: _("sheets sent"),
    Counted.SHEETS_RETURNED: _("sheets returned"),
    Counted.ITEMS_QUALIFIED: _("items answered as satisfied"),
    Counted.ITEMS_DISSATISFIED: _("items answered as dissatisfied"),
}
"""What is counted, in words that stand inside a sentence."""

ENDS: dict[End, dict[str, str]] = {name: label(end).model_dump() for name, end in ENDS_OF.items()}
"""How an occasion stands, in the words of the vocabulary."""

END_TONES: dict[OccasionEnd, str] = {
    OccasionEnd.KEPT: "good",
    OccasionEnd.BREACHED: "bad",
    OccasionEnd.OPENED: "waiting",
    OccasionEnd.PREVENTED: "info",
    OccasionEnd.SHOWN: "info",
}
"""Tones of badges; what is not named is neutral."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target in words, and whether the figure keeps it."""

    sentence: Sentence
    tone: str


_BOUNDS: dict[str, str] = {"at_least": "≥", "at_most": "≤", "below": "<"}


def targets_of(figure: Figure) -> list[Target]:
    """Every bound of the target, and whether the figure keeps it; without a figure there is nothing to judge."""
    unit = " %" if figure.rule.entry.unit == "percent" else ""
    return [_target(figure.met, f"{_BOUNDS[name]} {bound:g}{unit}") for name, bound in figure.target.items()]


def _target(met: bool | None, bound: str) -> Target:
    if met is None:
        return Target(_("Target {bound}", bound=bound), "neutral")
    if met:
        return Target(_("Target met: {bound}", bound=bound), "good")
    return Target(_("Target missed: {bound}", bound=bound), "bad")
