"""The header of a case as a service keeps it: JSON in a row, read once for as long as the row says the same."""

from __future__ import annotations

from typing import Any

from closeloop.contracts.event import CaseHeader


class KnowsHeader:
    """A row that keeps a header; a piece of work asks for it many times over."""

    __slots__ = ("_header_read",)

    _header_read: tuple[dict[str, Any], CaseHeader]

    def _read_once(self, kept: dict[str, Any]) -> CaseHeader:
        """The header; read again when the row got another one."""
        try:
            before, header = self._header_read
            if before is kept:
                return header
        except AttributeError:
            pass  # it was not asked for yet
        header = CaseHeader.model_validate(kept)
        self._header_read = (kept, header)
        return header
