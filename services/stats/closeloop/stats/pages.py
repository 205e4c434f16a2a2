"""Stats as people see it: figures that open into their cases, and the clause matrix."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.contracts.vocabulary import label
from closeloop.stats import occasions, queries, words
from closeloop.stats.asking import Asked, End, Question
from closeloop.stats.chart import Chart, chart
from closeloop.stats.counting import SHEETS, Counting
from closeloop.stats.periods import Span
from closeloop.stats.words import COUNTED, END_TONES, ENDS

router = APIRouter(prefix="/stats", include_in_schema=False)
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("", name="stats_board")
async def board(asked: Question, read: Reading, page: CurrentPage) -> Response:
    """The figures of a period, and how many cases came in."""
    if not asked.packs:
        return page.show("board", asked=asked)
    figures = [one for one in await queries.figures(read, asked) if one.pack is asked.pack]
    counts = await queries.cases_per_part(read, asked)
    opened = asked.query(counted=Counted.CASES_RECEIVED.value)
    per_part = [(span, n, page.url("figure_cases", query={**opened, "period": span.name})) for span, n in counts]
    return page.show(
        "board",
        asked=asked,
        figures=figures,
        chart=_bars(per_part),
        per_part=per_part,
        says=words.says,
        target_of=words.target_of,
        judgement_of=words.judgement_of,
    )


@router.get("/cases", name="figure_cases")
async def figure_cases(
    asked: Question,
    read: Reading,
    page: CurrentPage,
    indicator: Annotated[str, Query(max_length=100)] = "",
    part: queries.Part = "numerator",
    counted: Counted = Counted.CASES_RECEIVED,
    cursor: Cursor = None,
) -> Response:
    """The cases that a figure was counted from."""
    wanted = _wanted(asked, indicator, part, counted)
    [total] = await queries.totals_of(read, asked, [wanted])
    rows = await queries.counted_rows(read, asked, wanted, cursor=cursor)
    return page.show(
        "cases",
        asked=asked,
        title=wanted.rule.entry.title.model_dump() if wanted.rule else COUNTED[counted],
        wanted=wanted,
        part=part,
        total=total,
        says=words.says,
        kinds={name: kind.title.model_dump() for name, kind in wanted.pack.intake.said.kinds.items()},
        of_sheets=wanted.facts is SHEETS,
        rows=rows,
        place_names=dict(asked.places),
        is_first=cursor is None,
    )


@router.get("/clauses", name="clauses")
async def clauses(asked: Question, read: Reading, page: CurrentPage, show: str = "") -> Response:
    """Every clause and how its occasions ended."""
    matrix = (
        [row for row in await occasions.clause_matrix(read, asked) if row.pack is asked.pack] if asked.packs else []
    )
    had = [row for row in matrix if row.occasions]
    shown = {
        "with": had,
        "without": [row for row in matrix if not row.occasions],
        "breached": [row for row in matrix if row.ends["breached"]],
        "open": [row for row in matrix if row.ends["open"]],
    }.get(show, matrix)
    return page.show(
        "clauses",
        asked=asked,
        matrix=matrix,
        shown=shown,
        show=show,
        had=had,
        breached=sum(row.ends["breached"] for row in matrix),
        open=sum(row.ends["open"] for row in matrix),
        ends=ENDS,
        tones=END_TONES,
        silence_of=words.silence_of,
    )


@router.get("/clauses/{number}", name="clause_occasions")
async def clause_occasions(
    number: str, asked: Question, read: Reading, page: CurrentPage, end: End | None = None, cursor: Cursor = None
) -> Response:
    """The occasions of one clause, with their cases."""
    _pack, clause = occasions.clause(asked, number)
    rows = await occasions.occasions_of(read, asked, number, end, cursor=cursor)
    return page.show(
        "occasions",
        asked=asked,
        number=number,
        clause=clause,
        end=end,
        rows=rows,
        ends=ENDS,
        tones=END_TONES,
        name_of=occasions.name_of,
        about=words.about,
        labels=lambda word: label(word).model_dump(),
        is_first=cursor is None,
    )


def _bars(per_part: list[tuple[Span, int, str]]) -> Chart | None:
    """A bar for each day or month; none where there is but one."""
    if len(per_part) == 1:
        return None
    return chart(
        [(str(one.first.day if one.kind == "day" else one.first.month), one.title, to, n) for one, n, to in per_part]
    )


def _wanted(asked: Asked, indicator: str, part: queries.Part, counted: Counted) -> Counting:
    """What the list opens: one part of an indicator, or a plain count."""
    if indicator:
        return queries.counting(*queries.indicator(asked, indicator), part)
    return Counting(asked.pack, Count(of=(counted,)))
