"""The clause matrix as people see it: every clause, how its occasions ended, and which ones they were."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.contracts.vocabulary import label
from closeloop.stats import occasions, words
from closeloop.stats.asking import End, Question
from closeloop.stats.words import END_TONES, ENDS

router = APIRouter(prefix="/stats", include_in_schema=False)
Cursor = Annotated[str | None, Query(max_length=500)]


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
    pack, clause = occasions.clause(asked, number)
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
        whose=lambda one: words.whose(one.key, pack),
        opens_at=lambda one: words.opens_at(one.key, one.period, pack),
        place_names=dict(asked.places),
        labels=lambda word: label(word).model_dump(),
        is_first=cursor is None,
    )
