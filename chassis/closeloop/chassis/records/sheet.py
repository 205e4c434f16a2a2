"""A printed form as a page: what the reader sees is what the printer prints."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from closeloop.chassis.connectors.exporting import AS, book_of, exported, exports
from closeloop.chassis.pages import Page
from closeloop.chassis.records.pdf import facts_of, head_of, remarks_of, what_is_missing
from closeloop.chassis.records.printed import Printed


async def printed_page(page: Page, printed: Printed, **given: Any) -> Response:
    """The sheet, with a button that prints it and one that makes a PDF, or says what has to be installed for that."""
    wanted = page.request.query_params.get(AS)
    if wanted:
        return await exported(wanted, book_of(printed, page.language))
    missing = await what_is_missing() if printed.pdf else None
    return page.show(
        "chassis/printed",
        sheet=printed,
        missing=missing,
        head=head_of(printed),
        signatures=[(one, facts_of(one)) for one in printed.signatures],
        remarks=remarks_of(printed),
        exports=exports(),
        **{"readers": (), "may_confirm": False, **given},
    )
