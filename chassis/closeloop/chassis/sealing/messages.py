"""Messages about restricted matters: the attributes stay as they are, the data is sealed.

A sealed message says first for whom, `"sealedfor":"restricted"`, and its data is `{"matter": …, "sealed": …}`: the
name of the matter's key, and the data, which opens only under the id of its event. Whatever is not restricted passes as
it is.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from pydantic_core import from_json, to_json

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused
from closeloop.chassis.sealing.audience_keys import AudienceKeys, NoRight
from closeloop.chassis.sealing.matter_keys import Destroyed, MatterKeys, name_of, opened_by, sealed_by
from closeloop.contracts.envelope import SEALED_FOR, Garbage, Sealed
from closeloop.contracts.event import Event
from closeloop.contracts.personal import Audience

FOR = f'"{SEALED_FOR}"'.encode()
HEAD_BYTES = 400
"""Within so many bytes a sealed message says that it is: before it stand position, chain and trace at most."""
DATA = ',"data":'


class Erased(Exception):
    """What was told here was erased with the key of its matter."""


def matter_of(event: Event) -> str | None:
    """The restricted matter that an event is about; none if everybody in the house may know of it.

    A duty that only some see, or a task of it, does not make its case a restricted one.
    """
    case = event.case
    if case is not None and case.audience is Audience.RESTRICTED:
        return case.id
    return event.key if case is None or case.id != event.key else None


def is_unreadable(data: Mapping[str, Any]) -> bool:
    """Whether this is what is left of the data of an entry that nobody can open here."""
    return data.keys() == {"audience"}


class Sealing:
    """Seals what a service writes down, and opens what it reads, as far as its keys go."""

    def __init__(self, keys: Path) -> None:
        self.audiences = AudienceKeys(keys)
        self.matters = MatterKeys(keys, self.audiences)

    def seal(self, event: Event, body: str) -> str:
        """The event as it may lie in journals and streams for years."""
        matter = matter_of(event) if event.audience is Audience.RESTRICTED else None
        if matter is None:
            return body
        audience, name = event.audience.value, name_of(matter)
        try:
            key = self.matters.made(name, audience)
        except NoRight:
            raise Refused(
                _(
                    "This service has no key of the audience {audience}, so nothing can be written down about such "
                    "matters here. Ask whoever keeps the keys of the house.",
                    audience=audience,
                )
            ) from None
        except Destroyed:
            raise Refused(_("The key of this matter was destroyed: nothing is written down about it again.")) from None
        at = body.index(DATA)
        sealed = urlsafe_b64encode(sealed_by(key, body[at + len(DATA) : -1].encode(), event.id)).decode()
        data = f'{{"matter":"{name}","sealed":"{sealed}"}}'
        return f'{{"{SEALED_FOR}":"{audience}",{body[1:at]}{DATA}{data}}}'

    def open(self, message: bytes) -> bytes:
        """The message as it was told; `Sealed` without the right, `Erased` if nobody has it any more."""
        if message.find(FOR, 0, HEAD_BYTES) < 0:
            return message
        envelope = _envelope(message)
        return to_json(self._opened(envelope)) if SEALED_FOR in envelope else message

    def read(self, body: str) -> dict[str, Any]:
        """A journal entry, opened; of one that nobody can open here the data says only for whom it was sealed."""
        envelope: dict[str, Any] = json.loads(body)
        if SEALED_FOR not in envelope:
            return envelope
        try:
            return self._opened(envelope)
        except (Garbage, Erased):
            return {**envelope, "data": {"audience": envelope[SEALED_FOR]}}

    def _opened(self, envelope: dict[str, Any]) -> dict[str, Any]:
        data, audience, about = envelope.get("data"), str(envelope[SEALED_FOR]), str(envelope.get("id"))
        if not isinstance(data, dict) or not isinstance(data.get("matter"), str) or not data.get("sealed"):
            raise Garbage("The message is sealed, but its data is not.")
        try:
            key = self.matters.of(data["matter"], audience)
            content = from_json(opened_by(key, urlsafe_b64decode(data["sealed"]), about))
        except NoRight:
            raise Sealed(audience, str(envelope.get("subject") or "")) from None
        except Destroyed:
            raise Erased from None
        except (InvalidTag, ValueError):
            raise Garbage("The message is sealed, and what is sealed is not what was told.") from None
        return {**{name: value for name, value in envelope.items() if name != SEALED_FOR}, "data": content}


def _envelope(message: bytes) -> dict[str, Any]:
    try:
        envelope = from_json(message)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}
