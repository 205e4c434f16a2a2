"""What every event brings along, whoever publishes it."""

from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.contracts.personal import Audience
from closeloop.contracts.vocabulary import BasicKind, OccasionEnd

Moment = AwareDatetime
"""A moment with its zone; on the wire in UTC (RFC 3339, ending in Z)."""

EVENTS: dict[str, "type[Event]"] = {}
"""Every event that can be read, by its type on the wire: `closeloop.<subject>`."""


class Judged(BaseModel):
    """An occasion of a clause: it became applicable, or it ended."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    clause: str
    """Number of the clause in the procedure, such as P00-4.1."""
    of: str
    """What the occasion hangs on: `case`, `duty:1`, `callback:2`, a place, a period."""
    end: OccasionEnd
    """How it stands: opened, or how it ended."""
    at: Moment
    """When it opened or ended."""
    id: str
    """Id of the occasion: the same when it opens and when it ends."""


class CaseHeader(BaseModel):
    """What every hearer must know of a case, whoever tells about it: no second stream is needed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """Id of the case; the key of its events."""
    number: str
    """Number in the register, as read out on the telephone."""
    kind: str
    """Kind of case in the pack's words."""
    basic_kind: BasicKind
    """Which of the seven kinds the pack's kind is."""
    procedure: str
    """Id of the pack by which the case is judged."""
    procedure_version: str
    """Version of the pack under which the case was registered."""
    round: int = 1
    """Which pass of handling this is, counted from 1."""
    place: str | None = None
    """Place (estate, branch, shop) that the case is about."""
    channel: str | None = None
    """How the case came in, in the pack's words."""
    audience: Audience = Audience.INTERNAL
    """Who may read the case."""
    sequence: int = 0
    """Sequence of intake's latest event of the case known to whoever tells."""
    facets: dict[str, str] = Field(default_factory=dict)
    """What the assessment says: facet to value, both in the pack's words."""
    contact_left: bool = True
    """Whether the customer left a way to be reached."""
    wants_callback: bool | None = None
    """Whether the customer wants to be asked after handling; none if not asked."""
    customer_id: str | None = None
    """Id of the customer whose profile intake keeps; none where the procedure keeps none."""
    received_at: Moment | None = None
    """When the organisation received the case."""
    registered_at: Moment | None = None
    """When it was written into the register."""


class Event(BaseModel):
    """Something that happened and that others may act on; services fill in the rest, the chassis the base."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    subject: ClassVar[str] = ""
    """Noun of the trade, past participle and version: `duty.issued.v1`."""
    publisher: ClassVar[str] = ""
    """The service that tells it; empty where every service does."""

    id: str = ""
    """Id of the event, unique in all branches; a message sent again keeps it."""
    key: str = ""
    """What the event is about: id of the case, survey or account; events of one key are in order."""
    sequence: int = 0
    """Counts the events of one publisher and key, from 1 without gaps."""
    occurred_at: Moment | None = None
    """When it happened; may be claimed (paper typed in later, import)."""
    recorded_at: Moment | None = None
    """When it was written down; never claimed."""
    by: str = ""
    """Login name of the person who did it, or the name of the service that did it by itself."""
    on_behalf_of: str | None = None
    """Login name of the person in whose stead it was done."""
    place: str | None = None
    """Place (estate, branch, shop) where it belongs."""
    cause: str | None = None
    """Id of the event or request that led to this one."""
    audience: Audience = Audience.INTERNAL
    """Who may read it."""
    procedure: str = ""
    """Id of the procedure pack by which it is judged."""
    procedure_version: str = ""
    """Version of that pack."""
    occasions: tuple[Judged, ...] = ()
    """The occasions of clauses that opened or ended with it."""
    case: CaseHeader | None = None
    """The case that it is about, where there is one."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "subject" in cls.__dict__:
            EVENTS[cls.wire_type()] = cls

    @classmethod
    def wire_type(cls) -> str:
        """The type on the wire."""
        return f"closeloop.{cls.subject}"

    @classmethod
    def nats_subject(cls, branch: str, service: str | None = None) -> str:
        """Where the event is published; a service names itself for what every service tells."""
        return f"closeloop.{branch}.{service or cls.publisher}.{cls.subject}"
