"""The audit sheet of a procedure: every clause with what keeps it and how its occasions ended, room for the finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.records.pdf import pdf_page
from closeloop.chassis.records.printed import Block, Cell, Printed, Table
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.head import Parameter
from closeloop.contracts.vocabulary import Text, label
from closeloop.stats import occasions
from closeloop.stats.asking import Asked, Question
from closeloop.stats.occasions import ClauseCounts
from closeloop.stats.words import ENDS, silence_of

HASH_SHOWN = 16
ROOM = "\u00a0" * 24
"""Nothing, as wide as a hand writes a finding."""
_JOINTS = {"zh": "、", "en": "; "}
router = APIRouter(prefix="/stats", include_in_schema=False)


@router.get("/clause-sheet", name="clause_sheet")
async def clause_sheet(asked: Question, read: Reading, page: CurrentPage) -> Response:
    """The audit sheet of a period as it is printed."""
    printed = await sheet_of(read, asked)
    query = asked.query()
    return await printed_page(
        page, printed.at(pdf=page.url("clause_sheet_pdf", query=query), back=page.url("clauses", query=query))
    )


@router.get("/clause-sheet.pdf", name="clause_sheet_pdf")
async def clause_sheet_pdf(asked: Question, read: Reading, page: CurrentPage) -> Response:
    """The audit sheet of a period as PDF."""
    return await pdf_page(page, await sheet_of(read, asked))


async def sheet_of(read: Read, asked: Asked) -> Printed:
    """The sheet: a row for each clause in the order of the procedure, and who audited it."""
    if not asked.packs:
        raise NotFound()
    pack = asked.pack
    matrix = [row for row in await occasions.clause_matrix(read, asked) if row.pack is pack]
    headings = (
        *(_("Clause"), _("Source"), _("Rule"), _("How it is checked"), _("Kept by")),
        *(_("Occasions"), _("How they ended"), _("Finding")),
    )
    bound = sum(not row.not_bound for row in matrix)
    remarks: list[Any] = [
        _("{bound} of {count} clauses are bound to an entry of the pack.", bound=bound, count=len(matrix)),
        _("Pack {version}, {hash}", version=pack.version, hash=pack.hash[:HASH_SHOWN]),
    ]
    return Printed(
        title={"zh": _AUDIT.zh, "en": _AUDIT.en},
        number=None,
        version=pack.version,
        procedure=pack.title.model_dump(),
        about=pack.id,
        lead=asked.span.title,
        tables=[Table("", headings, [_row(row) for row in matrix])],
        blocks=[Block(_("Audit"), 3, [[Cell(word, "") for word in (_("Auditor"), _("Date"), _("Conclusion"))]])],
        remarks=remarks,
    )


_AUDIT = _("Audit sheet of clauses")


def _row(row: ClauseCounts) -> Sequence[Any]:
    clause = row.clause
    return (
        row.number,
        clause.source,
        clause.text.model_dump(),
        label(clause.check).model_dump(),
        kept_by(row.pack, row.number) or clause.by_construction or silence_of(row)[0],
        row.occasions,
        _ended(row) if row.occasions else silence_of(row)[0],
        ROOM,
    )


def kept_by(pack: Pack, number: str) -> dict[str, str] | None:
    """The titles of the entries that fulfil a clause; a parameter gives a number to them and is left out."""
    titles = [
        _title(pack, section, where)
        for section, where, entry in pack.entries()
        if number in entry.clauses and not isinstance(entry, Parameter)
    ]
    once = {title["en"]: title for title in titles}.values()
    return (
        {language: _JOINTS[language].join(title[language] for title in once) for language in _JOINTS} if once else None
    )


def _title(pack: Pack, section: str, where: tuple[str | int, ...]) -> dict[str, str]:
    """What people call an entry, or what is around it."""
    found: Any = pack.parts[section]
    title = getattr(found, "title", None)
    for step in where:
        names = {field.alias or name: name for name, field in getattr(type(found), "model_fields", {}).items()}
        found = getattr(found, names[str(step)]) if names else found[step]
        title = getattr(found, "title", None) or title
    if isinstance(title, Text):
        return title.model_dump()
    name = ".".join((section, *map(str, where)))
    return {"zh": name, "en": name}


def _ended(row: ClauseCounts) -> dict[str, str]:
    had = [(ENDS[name], n) for name, n in row.ends.items() if n]
    return {language: ", ".join(f"{title[language]} {n}" for title, n in had) for language in ("zh", "en")}
