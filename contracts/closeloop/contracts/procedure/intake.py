"""intake.yaml: how cases come in, are numbered and rated, and when they are closed."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.conversation import Conversation
from closeloop.contracts.procedure.customers import Customers
from closeloop.contracts.procedure.entry import Entry, Name, Part, To
from closeloop.contracts.procedure.facet import Facet
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.need import Need
from closeloop.contracts.vocabulary import BasicKind, Text


class Channel(Entry):
    """A way in which cases come in."""

    title: Text
    """What people call it."""
    desk: Name | None = None
    """Department or role that alone may use it; none if everybody who may register."""
    public: bool = False
    """Whether customers use it themselves: public form, mail."""


class Register(Entry):
    """The numbered list of the cases of one desk."""

    title: Text
    """What people call it."""
    form: Name
    """Form that gives its title, number and columns."""
    prefix: str = Field(pattern=r"^[A-Z][A-Z0-9-]{0,15}$")
    """What numbers begin with, such as GH."""
    numbers: Literal["year", "month", "running"] = "year"
    """When numbers begin again at 1."""
    desk: Name
    """Department or role that keeps it."""
    required: tuple[Name, ...] = ()
    """Columns without which a case is not registered; any of the case's own: content, place, channel, customer ..."""
    fields: dict[Name, FormField] = Field(default_factory=dict)
    """Further columns."""
    needs: dict[Name, Need] = Field(default_factory=dict)
    """What must be there before a case is registered; of its facts and columns."""


class AtOnce(Entry):
    """How soon after receiving it a case is to stand in its register."""

    within: Length
    """How soon."""


class Kind(Entry):
    """A kind of case."""

    title: Text
    """What people call it."""
    basic: BasicKind
    """Which of the seven kinds it is."""
    register_: Name = Field(alias="register")
    """Register in which it is written."""
    form: Name | None = None
    """Working form made from the register, which travels with the case."""
    audience: Audience = Audience.INTERNAL
    """Who may read such a case."""
    at_once: AtOnce | None = None
    """How soon after receiving it is registered; judged by the moments of receiving and registering."""
    customers: Name | None = None
    """List on which its customers are kept, each with a profile; none if on none."""


class Rates(Entry):
    """Whoever passes a case on judges it first: the facts are asked, and the value is said in the same act."""

    facet: Name
    """Facet that is rated before passing on."""


class Handover(Entry):
    """Whoever else receives a case writes it down and passes it on to the desk that carries on."""

    channel: Name
    """Channel by which it comes in; everybody who works by the procedure may use it."""
    when: Condition = ALWAYS
    """Cases for which it counts; the first handover that fits is taken."""
    rates: Rates | None = None
    """What is judged before passing on; nothing if the desk judges."""
    to: To
    """Desk that takes the case over."""
    within: Length
    """How soon after receiving the desk has taken it over."""


class ClosesWhen(Entry):
    """The marks with which a case is closed."""

    when: Condition
    """Marks as facts: set is true, lifted is false, not judged yet is not known."""


class Rounds(Entry):
    """What opens another round."""

    when: Condition
    """Marks as facts, such as dissatisfied: true."""
    warn_after: int | None = Field(default=None, ge=1)
    """Rounds after which the head is warned; a case is never closed by their number."""
    warn: Name | None = None
    """Role that is warned."""


class Intake(Part):
    """How cases come in."""

    channels: dict[Name, Channel]
    """Ways in."""
    registers: dict[Name, Register]
    """Registers."""
    customers: dict[Name, Customers] = Field(default_factory=dict)
    """Lists of customers of whom a profile is kept."""
    kinds: dict[Name, Kind]
    """Kinds of cases."""
    facets: dict[Name, Facet] = Field(default_factory=dict)
    """What cases are rated by."""
    handovers: dict[Name, Handover] = Field(default_factory=dict)
    """Who passes on to whom."""
    conversation: Conversation | None = None
    """What is said to customers and by them; none if nobody has to write it down."""
    closes_when: ClosesWhen
    """When a case is closed."""
    rounds: Rounds | None = None
    """When a case is handled once more; none if never."""
