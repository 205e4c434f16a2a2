"""Reports: jobs into whose form figures are written, as they stood when the job began, and stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.reading import Read
from closeloop.chassis.schedules import ScheduledJob, bearings
from closeloop.contracts.procedure.fact import FormField
from closeloop.stats.asking import Asked
from closeloop.stats.findings import NOTHING, item, period_before
from closeloop.stats.grouping import Grouped, groups_of
from closeloop.stats.judging import EVERYBODYS_EYES
from closeloop.stats.queries import Figure, counting, figures_of, sums_of
from closeloop.stats.words import number_in

hears = Hears()
Cells = Mapping[tuple[str, ...], int]

TOGETHER = _("Together")


@dataclass(frozen=True, slots=True)
class Counted:
    """An indicator as a report shows it: the whole, its groups, and of two groupings each group by the other."""

    figure: Figure
    grouped: Sequence[Grouped]
    cells: Cells

    def rows(self, columns: Mapping[str, FormField]) -> list[dict[str, Any]]:
        """A row for each group, the last for the whole: columns are named by what they hold."""
        grouped = next((one for one in self.grouped if one.by in columns), self.grouped[0] if self.grouped else None)
        if grouped is None:
            return [_numbers(self.figure, columns)]
        other = next((one for one in self.grouped if one.by != grouped.by), None)
        rows = []
        for group in grouped.groups:
            row = {grouped.by: _zh(group.title), **_numbers(group.figure, columns)}
            for value in (one.value for one in (other.groups if other else ())):
                row[value] = self.cells.get(_in_order(self.figure, {grouped.by: group.value, _by(other): value}), 0)
            rows.append({name: row[name] for name in columns if name in row})
        whole: dict[str, Any] = {grouped.by: TOGETHER.zh, **_numbers(self.figure, columns)}
        whole |= {one.value: one.figure.numerator for one in (other.groups if other else ())}
        return [*rows, {name: whole[name] for name in columns if name in whole}]

    def lines(self) -> str:
        """The same as text: the whole, and each group of what it is grouped by first."""
        unit = self.figure.rule.entry.unit
        said = [_said(self.figure, unit)]
        for group in self.grouped[0].groups if self.grouped else ():
            said.append(f"{_zh(group.title)}：{_said(group.figure, unit)}")
        return "\n".join(said)


async def figures_for(read: Read, job: ScheduledJob) -> dict[str, Any]:
    """What a report begins with: its figures of the period before, each on the form where it belongs, and what each
    opens."""
    pack = bearings.pack_of(job)
    rule = pack.jobs[job.name]
    asked = period_before(job, EVERYBODYS_EYES)
    counted = {name: await _counted(read, asked, name) for name in rule.figures}
    form = pack.forms[rule.form].fields if rule.form else {}
    fields: dict[str, Any] = {}
    for name, field in form.items():
        whose, _dot, what = (field.from_ or "").partition(".")
        if whose == "figures" and what in counted:
            fields[name] = _filled(field, counted[what])
        elif field.from_ == "job.period":
            fields[name] = asked.span.title["zh"]
    return {
        "items": [_item(one, asked) for one in counted.values()],
        "tables": [_table(one, grouped) for one in counted.values() for grouped in one.grouped],
        "fields": fields,
        "frozen": sorted(fields),
    }


async def _counted(read: Read, asked: Asked, name: str) -> Counted:
    pack = asked.pack
    rule = next(one for one in pack.stats.indicators if one.name == name)
    [figure] = await figures_of(read, asked, pack, [rule])
    grouped = await groups_of(read, asked, pack, rule)
    cells: Cells = {}
    if len(rule.entry.by) == 2:
        [cells] = await sums_of(read, asked, [counting(pack, rule)], rule.entry.by)
    return Counted(figure, grouped, cells)


def _filled(field: FormField, counted: Counted) -> Any:
    if field.type == "rows":
        return counted.rows(field.columns)
    if field.type == "number":
        value = counted.figure.value
        return None if value is None else round(float(value), 2) if counted.figure.denominator is not None else value
    return counted.lines()


def _item(counted: Counted, asked: Asked) -> dict[str, Any]:
    figure = counted.figure
    shown = NOTHING if figure.value is None else number_in(figure.value, figure.rule.entry.unit)
    return {**item(figure.rule.entry.title.model_dump(), 0, asked, counting(figure.pack, figure.rule)), "value": shown}


def _table(counted: Counted, grouped: Grouped) -> dict[str, Any]:
    unit = counted.figure.rule.entry.unit
    rows = [[_texts(group.title), _said(group.figure, unit)] for group in grouped.groups]
    return {"title": counted.figure.rule.entry.title.model_dump(), "by": _texts(grouped.title), "rows": rows}


def _numbers(figure: Figure, columns: Mapping[str, FormField]) -> dict[str, Any]:
    value = None if figure.value is None else round(float(figure.value), 2)
    told = {"numerator": figure.numerator, "denominator": figure.denominator, "left_out": figure.left_out}
    numbers = {**told, "together": figure.numerator, "figure": value}
    return {name: n for name, n in numbers.items() if name in columns and n is not None}


def _in_order(figure: Figure, said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(said[by] for by in figure.rule.entry.by)


def _by(grouped: Grouped | None) -> str:
    return grouped.by if grouped else ""


def _said(figure: Figure, unit: str) -> str:
    if figure.value is None:
        return "—"
    of = "" if figure.denominator is None else f"（{figure.numerator}/{figure.denominator}）"
    return number_in(figure.value, unit) + of


def _zh(title: Any) -> str:
    return str(_texts(title)["zh"])


def _texts(title: Any) -> dict[str, str]:
    if isinstance(title, Sentence):
        return {"zh": title.zh, "en": title.en}
    return title if isinstance(title, dict) else {"zh": str(title), "en": str(title)}


hears.figures(figures_for)
