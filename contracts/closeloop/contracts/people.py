"""What intake tells about the house itself: who is away and who stands in, and that the organisation changed."""

from typing import ClassVar, Literal

from closeloop.contracts.event import Event, Moment
from closeloop.contracts.personal import Personal


class AbsenceNoted(Event):
    """Somebody is away for a while, and perhaps somebody stands in for them; the last word about an absence counts."""

    subject: ClassVar[str] = "absence.noted.v1"
    publisher: ClassVar[str] = "intake"

    absence_id: str
    """Id of the absence: the same where it ends earlier or later than was said."""
    person: str
    """Login name of whoever is away."""
    starts_at: Moment
    """From when."""
    ends_at: Moment
    """Until when; before it begins where it was called off."""
    deputy: str | None = None
    """Login name of whoever stands in; where nobody does, what waits for the person goes up."""


class OrganisationChanged(Event):
    """From a moment on the organisation is another one: its places, departments and people."""

    subject: ClassVar[str] = "organisation.changed.v1"
    publisher: ClassVar[str] = "intake"

    active_from: Moment
    """From when it counts."""
    hash: str
    """SHA-256 of its canonical JSON, in hexadecimal; what was approved."""
    encoding: Literal["json", "zlib+base64"] = "zlib+base64"
    """How the content is written."""
    content: Personal[str]
    """The whole organisation as canonical JSON, compressed where `encoding` says so."""
    proposed_by: str
    """Login name of whoever proposed it."""
    approved_by: str
    """Login name of whoever approved it; of the proposer where nobody else may."""
    reason: Personal[str] | None = None
    """Why."""
