"""A printed form as PDF, set by a process of its own: it needs memory for Chinese fonts that the service keeps free."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from closeloop.chassis.i18n import Sentence, _, in_words
from closeloop.chassis.pages import Page
from closeloop.chassis.records.printed import Printed, Signed
from closeloop.chassis.refusals import Full, NotInstalled

TYPESETTER = Path(__file__).parent / "typesetter.py"
COMMAND: tuple[str, ...] = (sys.executable, "-I", str(TYPESETTER))
FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")
"""Fonts with Chinese letters, the best one first."""
NO_LIBRARY, NO_FONT = 3, 4
MOST_SECONDS = 60
AT_ONCE = asyncio.Semaphore(2)
_LIBRARY = _("PDF needs the package typst. Install closeloop-chassis[pdf], then try again.")
_FONT = _("PDF needs a font with Chinese letters. Install fonts-noto-cjk, then try again.")


@dataclass
class _Known:
    """Once everything was found to be there, nobody looks again."""

    is_there: bool = False


_known = _Known()


async def what_is_missing() -> Sentence | None:
    """What has to be installed before a PDF can be made; none if nothing."""
    if _known.is_there:
        return None
    code, _pdf = await _typeset({"fonts": FONTS})
    _known.is_there = code == 0
    return {NO_LIBRARY: _LIBRARY, NO_FONT: _FONT}.get(code)


async def pdf_of(printed: Printed, language: str) -> bytes:
    """The sheet as PDF/A, with its text readable by programs."""
    code, pdf = await _typeset({"fonts": FONTS, "sheet": sheet_in(printed, language)})
    if code in (NO_LIBRARY, NO_FONT):
        raise NotInstalled(_LIBRARY if code == NO_LIBRARY else _FONT)
    if code:
        raise RuntimeError(f"the typesetter ended with {code}")
    return pdf


async def pdf_page(page: Page, printed: Printed) -> Response:
    """The sheet as PDF, shown in the browser under its title and number."""
    pdf = await pdf_of(printed, page.language)
    headers = {"content-disposition": "inline", "cache-control": "private, no-store"}
    return Response(pdf, headers=headers, media_type="application/pdf")


def sheet_in(printed: Printed, language: str) -> dict[str, Any]:
    """Everything on the sheet as words of one language."""

    def said(value: Any) -> str:
        return str(in_words(value, language) or "")

    return {
        "language": language,
        "across": printed.lies_across,
        "title": printed.title["zh"],
        "subtitle": printed.title["en"] if language == "en" else "",
        "number": printed.number or "",
        "head": [said(words) for words in head_of(printed)],
        "lead": said(printed.lead),
        "blocks": [
            {
                "title": said(block.title),
                "columns": block.columns,
                "rows": [[[said(cell.title), said(cell.value), cell.span] for cell in row] for row in block.rows],
            }
            for block in printed.blocks
        ],
        "tables": [
            {
                "title": said(table.title),
                "headings": [said(heading) for heading in table.headings],
                "rows": [[said(value) for value in row] for row in table.rows],
            }
            for table in printed.tables
        ],
        "signed": said(_("Signatures")),
        "signatures": [
            {"facts": [[said(title), said(value)] for title, value in facts_of(one)], "drawing": _drawn(one.drawing)}
            for one in printed.signatures
        ],
        "remarks": [said(remark) for remark in remarks_of(printed)],
        "page": said(_("Page {page} of {pages}", page="{page}", pages="{pages}")),
    }


def head_of(printed: Printed) -> list[Sentence]:
    """What stands below the title."""
    head = [_("Version {version}", version=printed.version)]
    if printed.about:
        head.append(_("Number {number}", number=printed.about))
    return [*head, Sentence("{procedure}", {"procedure": printed.procedure})]


def facts_of(one: Signed) -> list[tuple[Sentence, Any]]:
    """A signature in its parts: who, as what, how, when, and the hash of what was signed."""
    facts: list[tuple[Sentence, Any]] = [(_("Signed by"), one.signer)] if one.signer else []
    if one.in_stead_of:
        facts.append((_("In place of"), one.in_stead_of))
    facts += [(_("As"), one.role), (_("Means"), one.means)]
    if one.witness:
        facts.append((_("Witness"), one.witness))
    facts += [(title, said) for title, said in ((_("Answer"), one.answer), (_("Opinion"), one.opinion)) if said]
    facts += [(_("Signed at"), one.at), (_("Hash of what was signed"), one.hash)]
    if not one.holds:
        facts.append((_("Attention"), _("What was signed is not what stands here.")))
    return facts


def remarks_of(printed: Printed) -> list[Any]:
    """What stands at the foot: corrections, how long it is kept, and the seal."""
    remarks = [*printed.remarks]
    if printed.hash and printed.sealed_at:
        remarks.append(_("Sealed {at}, SHA-256 {hash}", at=printed.sealed_at, hash=printed.hash))
    if not printed.is_sound:
        remarks.append(_("Attention: this record is not what was sealed."))
    return remarks


def _drawn(path: str | None) -> str:
    if not path:
        return ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" width="600" height="200">'
        f'<path d="{path}" fill="none" stroke="black" stroke-width="4" stroke-linecap="round"/></svg>'
    )


async def _typeset(asked: dict[str, Any]) -> tuple[int, bytes]:
    """Have the typesetter do it: its exit code says what is missing."""
    async with AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            pdf, _nothing = await asyncio.wait_for(child.communicate(json.dumps(asked).encode()), MOST_SECONDS)
        except TimeoutError:
            raise Full(sentence=_("This took too long to set. Please try again.")) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return child.returncode or 0, pdf
