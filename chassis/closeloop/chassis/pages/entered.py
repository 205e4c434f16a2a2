"""What somebody entered into a form that came back: values and sentences stand where they were."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from zlib import crc32

from starlette.datastructures import FormData

SCOPE = "closeloop.entered"
FROM = "from"


class Entered:
    """The form that came back, if one did. `begin` tells to which form the fields that follow belong."""

    def __init__(
        self,
        action: str = "",
        values: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
        page: str = "",
    ) -> None:
        self.action = action
        self.page = page
        self.problem = problem
        self.values = values or {}
        self.errors: Sequence[Mapping[str, str]] = (problem or {}).get("errors", ())
        self._at = ""
        self._ids: dict[str, str] = {}
        self._labels: dict[str, Any] = {}

    def begin(self, action: str) -> str:
        """The fields from here on belong to the form that is sent to this address."""
        self._at = action
        return ""

    def sent_to(self, action: str) -> str:
        """Where a form is sent; on a page that came back it says which page that is."""
        return f"{action}{'&' if '?' in action else '?'}{FROM}={quote(self.page)}" if self.page else action

    @property
    def is_here(self) -> bool:
        """Whether the form that is being written is the one that came back."""
        return bool(self.action) and self._at.partition("?")[0] in ("", self.action)

    def value(self, name: str, ordinarily: Any = "") -> Any:
        """What was entered, else what stands there ordinarily."""
        if not self.is_here or name not in self.values:
            return "" if ordinarily is None else ordinarily
        return self.values[name]

    def all(self, name: str, ordinarily: Sequence[Any] = ()) -> Sequence[Any]:
        """Everything that was ticked under this name."""
        if not self.is_here:
            return ordinarily
        if isinstance(self.values, FormData):
            return self.values.getlist(name)
        value = self.values.get(name, ())
        return value if isinstance(value, list | tuple) else [value]

    def id(self, name: str, label: Any = "") -> str:
        """The id of a field, its own even where two forms of a page ask for the same; said with its label once."""
        mine = f"{name}-{crc32(self._at.encode()):x}" if self._at else f"{name}-field"
        if self.is_here:
            self._ids.setdefault(name, mine)
            if label:
                self._labels[name] = label
        return mine

    def error(self, name: str) -> str:
        """The sentence for this field, if there is one."""
        if not self.is_here:
            return ""
        return next((error["message"] for error in self.errors if error["field"] == name), "")

    def label(self, name: str) -> Any:
        """What the page calls the field."""
        return self._labels.get(name, name)

    def where(self, name: str) -> str | None:
        """The id of the field that a sentence is about, if the page has it."""
        return self._ids.get(name)
