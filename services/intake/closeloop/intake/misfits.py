"""What does not fit the procedure, said field by field and all at once."""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError

from closeloop.chassis.i18n import Sentence


class Misfits:
    """What does not fit, collected until all of it is known."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def say(self, where: str, sentence: Sentence) -> None:
        """This field is wrong, and why."""
        self.found.append(
            {"type": "value_error", "loc": ("body", *where.split(".")), "ctx": {"error": ValueError(sentence)}}
        )

    def raise_any(self, entered: Any = None) -> None:
        """Answer what was found, if anything."""
        if self.found:
            raise RequestValidationError(self.found, body=entered)
