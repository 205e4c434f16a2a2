"""Stats as people see it: figures and charts that open into their cases."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from closeloop.chassis.pages import CurrentPage, Page
from closeloop.chassis.reading import Reading
from closeloop.stats import months, queries, words
from closeloop.stats.asking import Asked, Question
from closeloop.stats.chart import Chart, chart, grouped, with_line
from closeloop.stats.counting import RECEIVED, Counting
from closeloop.stats.covered import coverages
from closeloop.stats.grouping import Grouped, groups_of
from closeloop.stats.judged import judged_in
from closeloop.stats.opening import Opened, query_of
from closeloop.stats.periods import Span, survey_of
from closeloop.stats.tables import SHEETS, Day
from closeloop.stats.weeks import Week, cases_per_week

router = APIRouter(prefix="/stats", include_in_schema=False)
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("", name="stats_board")
async def board(asked: Question, read: Reading, page: CurrentPage) -> Response:
    """The figures of a period, how the weeks went, and what the cases are about."""
    if not asked.packs:
        return page.show("board", asked=asked)
    pack = asked.pack
    counts = await queries.cases_per_part(read, asked) if asked.span.parts() else []
    received = Counting(pack, RECEIVED)
    per_part = [(span, n, _open(page, asked, received, span)) for span, n in counts]
    figures = [one for one in await queries.figures(read, asked) if one.pack is pack]
    groups = [group for one in figures for group in await groups_of(read, asked, pack, one.rule)]
    charts = [one.ranked for one in groups if "pareto" in one.rule.entry.shown]
    of_a_survey = survey_of(asked.span) is not None
    weeks = [] if of_a_survey else [_week(page, asked, week) for week in await cases_per_week(read, asked)]
    return page.show(
        "board",
        asked=asked,
        figures=[one for one in figures if "figure" in one.rule.entry.shown],
        tables=[one for one in groups if "table" in one.rule.entry.shown],
        judged=await judged_in(read, pack.id, asked.span),
        covered=[] if of_a_survey else await coverages(read, asked),
        weeks=weeks,
        weekly=grouped([_bars_of(week, numbers) for week, numbers in weeks]),
        paretos=[(one, _pareto(page, asked, one)) for one in charts if one.groups],
        chart=_bars(per_part),
        per_part=per_part,
        opens=lambda wanted: _open(page, asked, wanted),
        **words.of_figures(),
    )


@router.get("/cases", name="figure_cases")
async def figure_cases(
    asked: Question, wanted: Opened, read: Reading, page: CurrentPage, cursor: Cursor = None
) -> Response:
    """Exactly the cases that a number was counted from."""
    [total] = await queries.totals_of(read, asked, [wanted])
    rows = await queries.counted_rows(read, asked, wanted, cursor=cursor)
    return page.show(
        "cases",
        asked=asked,
        about=words.about_cases(wanted),
        total=total,
        kinds={name: kind.title.model_dump() for name, kind in wanted.pack.intake.said.kinds.items()},
        of_sheets=wanted.facts is SHEETS,
        rows=rows,
        place_names=dict(asked.places),
        is_first=cursor is None,
    )


@router.get("/months", name="stats_months")
async def monthly_table(asked: Question, read: Reading, page: CurrentPage, day: Day = "received") -> Response:
    """The table of a closed month, to be printed."""
    if not asked.packs:
        return page.show("months", asked=asked, day=day)
    columns = months.columns(dict(words.COUNTED), dict(words.ANSWERS))
    return page.show(
        "months",
        asked=asked,
        day=day,
        days=words.DAYS,
        columns=columns,
        lines=await months.table(read, asked, columns, day),
        opens=lambda wanted: _open(page, asked, wanted),
    )


def _open(page: Page, asked: Asked, wanted: Counting, span: Span | None = None) -> str:
    """The address of the list that a number opens."""
    return page.url("figure_cases", query=query_of(wanted, asked, **({"period": span.name} if span else {})))


def _week(page: Page, asked: Asked, week: Week) -> tuple[Week, list[tuple[int, str, str]]]:
    """A week with its numbers, each with its address and colour."""
    received = Counting(asked.pack, RECEIVED)
    opens = (received, received.narrowed(state="open"), received.narrowed(state="overdue"))
    numbers = (week.received, week.open, week.overdue)
    colours = ("jade", "waiting", "bad")
    return week, [
        (n, _open(page, asked, wanted, week.span), colour)
        for n, wanted, colour in zip(numbers, opens, colours, strict=True)
    ]


def _bars_of(week: Week, numbers: list[tuple[int, str, str]]) -> tuple[str, dict[str, str], list[tuple[int, str, str]]]:
    return str(int(week.span.name[-2:])), week.span.title, numbers


def _pareto(page: Page, asked: Asked, shown: Grouped) -> Chart:
    """Bars in the order of the table, by their rank, with the line of what they have together."""
    bars = [
        (str(n), _in_both(one.title), _open(page, asked, one.opens["numerator"]), one.figure.numerator)
        for n, one in enumerate(shown.groups, 1)
    ]
    return with_line(chart(bars), [one.together for one in shown.groups])


def _in_both(title: Any) -> dict[str, str]:
    return title.texts if hasattr(title, "texts") else title if isinstance(title, dict) else {"zh": title, "en": title}


def _bars(per_part: list[tuple[Span, int, str]]) -> Chart | None:
    """A bar for each day or month; none where there is but one."""
    if len(per_part) <= 1:
        return None
    return chart(
        [(str(one.first.day if one.kind == "day" else one.first.month), one.title, to, n) for one, n, to in per_part]
    )
