"""Where personal values will be sealed with their customer's key (docs/decisions/0008); today nothing is sealed yet.

`seal` is called once, where an event is written down: journal, chain, stream and backups hold what it returns.
`unseal` is called where an event is read again: heard, parked, or from a service's own journal. Columns of own tables
have their place in the codecs of `rows.py`.
"""

from __future__ import annotations

from typing import TypeVar

Message = TypeVar("Message", str, bytes)


def seal(message: str) -> str:
    """The message as it may lie in journals and streams for years."""
    return message


def unseal(message: Message) -> Message:
    """The message as it was told."""
    return message
