"""What a rehearsal prints: what became of the cases, where it took long, the figures, and the clause matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.serving import terminal_language
from closeloop.suite.rehearsal.play import Play
from closeloop.suite.replay.figures import lines_of

WORST = 12
REFUSED = 10
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Found:
    """What was found at the end of a rehearsal."""

    play: Play
    cases: list[dict[str, Any]]
    figures: dict[str, Any]
    """Indicators and clauses, as stats shows them."""
    period: str
    worked: timedelta
    """Working time of one person in the whole time."""
    now: datetime

    @property
    def open(self) -> list[dict[str, Any]]:
        """The cases that are not closed."""
        return [case for case in self.cases if case["status"] != "closed"]


def lines(found: Found) -> Iterator[str]:
    """All of it, line by line."""
    yield from _of_cases(found)
    yield ""
    yield from _of_desks(found)
    yield from _of_people(found)
    yield from _of_refusals(found)
    yield ""
    yield _say(_("Figures and clauses of {period}", period=found.period))
    yield from lines_of(found.figures)


def _of_cases(found: Found) -> Iterator[str]:
    states = Counter(case["status"] for case in found.cases)
    counted = ", ".join(f"{state} {many}" for state, many in sorted(states.items())) or "-"
    rounds = sum(case["round"] > 1 for case in found.cases)
    yield _say(
        _(
            "Cases: {number} ({states}); {rounds} in a further round.",
            number=len(found.cases),
            states=counted,
            rounds=rounds,
        )
    )
    if found.play.not_taken:
        yield _say(_("{number} could not be taken down.", number=found.play.not_taken))


def _of_desks(found: Found) -> Iterator[str]:
    yield _say(_("Where it takes long"))
    head = [_say(one) for one in (_("desk"), _("task"), _("done"), _("usual wait"), _("late"), _("lies there"))]
    yield f"  {head[0]:<26} {head[1]:<18}" + "".join(f"{one:>12}" for one in head[2:])
    for (desk, kind), pile in list(found.play.tally.piles(found.now).items())[:WORST]:
        counts = (len(pile.waited), _long(pile.usual), pile.late or ".", pile.lies or ".")
        yield f"  {desk:<26} {kind:<18}" + "".join(f"{one:>12}" for one in counts)
    for what, many in sorted(found.play.tally.not_simulated.items()):
        yield "  " + _say(_("Nobody made up does {what}: {number} were left lying.", what=what, number=many))


def _of_people(found: Found) -> Iterator[str]:
    minutes = found.play.acting.staff.minutes
    whole = found.worked / timedelta(minutes=1)
    busiest = sorted(minutes.items(), key=lambda one: (-one[1], one[0]))[:3]
    said = ", ".join(f"{login} {100 * spent / whole:.0f} %" for login, spent in busiest) if whole else "-"
    yield "  " + _say(_("Busiest: {people}", people=said or "-"))


def _of_refusals(found: Found) -> Iterator[str]:
    for said, times in sorted(found.play.acting.house.refused.items(), key=lambda one: (-one[1], one[0]))[:REFUSED]:
        yield f"  {times:>6} x {said[:160]}"
    if stuck := found.play.stuck:
        kinds = Counter(f"{task.desk}.{task.kind}" for task in stuck)
        named = ", ".join(f"{what} {many}" for what, many in kinds.most_common(WORST))
        yield "  " + _say(_("Refused again and again: {what}", what=named))


def _long(stretch: timedelta) -> str:
    return f"{stretch / DAY:.1f} d" if stretch >= 2 * DAY else f"{stretch / HOUR:.1f} h"


def _say(sentence: Sentence) -> str:
    return sentence.in_(terminal_language())
