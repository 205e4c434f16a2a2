"""dispatch.yaml: who must do what for a case, on which form, by when."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.corrective import CorrectiveAction
from closeloop.contracts.procedure.decision import Decision
from closeloop.contracts.procedure.entry import Entry, Name, Part, People, Places, To
from closeloop.contracts.procedure.limit import Limit, Moment
from closeloop.contracts.procedure.on_the_spot import OnTheSpot
from closeloop.contracts.procedure.payouts import Payout
from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.procedure.step import StepRule
from closeloop.contracts.procedure.telling import Telling
from closeloop.contracts.vocabulary import Text


class Rising(Part):
    """From a round on the duty goes to somebody higher."""

    from_round: int = Field(ge=2)
    """First round of which it is true."""
    to: To
    """Desk that handles it then."""


class Again(Entry):
    """How the duty is issued once more when a round was opened."""

    rising: tuple[Rising, ...] = ()
    """Rounds with a higher desk; without one the same desk handles it again."""
    limits: tuple[Name, ...] = ()
    """Limits of the further rounds; none if the same as before."""


class ForSome(Entry):
    """Clauses that a duty fulfils for some of its cases only."""

    when: Condition
    """Which cases."""


class Tracking(Entry):
    """The desk that follows the duty checks what is done, and notes it on the form before the case is closed."""

    field: Name
    """Field of the form that the notes are written into."""


class Duty(Entry):
    """What a department or person must do for a case or a corrective action."""

    title: Text
    """What people call it."""
    kind: Literal["handling", "work_order", "coordination", "visit", "notice", "measure", "report"] = "handling"
    """What sort of duty it is."""
    of: tuple[Name, ...] = ()
    """Corrective actions whose duty it is; none if it is a duty of cases."""
    when: Condition = ALWAYS
    """Cases that get it: kind, basic_kind, channel, place, round, facets and facts."""
    when_necessary: Decision | None = None
    """Who decides whether it is needed; none if it is issued wherever `when` holds."""
    further_by: Name | None = None
    """Role that may issue further ones at any time, each with its reason; none if nobody."""
    after: tuple[Name, ...] = ()
    """Duties that must be returned before, as far as the case gets them."""
    to: To
    """Desk that gets it."""
    each: Literal["place"] | Places | People | None = None
    """Of what each has its own: places, those of some kinds, or the people of a role; frozen once they have it. None if
    one for the desk."""
    form: Name
    """Form that it is carried on."""
    part_of: Name | None = None
    """Duty on whose form this one writes its part, signed by whoever has it; that form goes back after its parts."""
    tracked_by: Name | None = None
    """Desk that follows it and to which the result is returned; none if the desk of the pack's head."""
    steps: dict[Name, StepRule]
    """Steps that it goes through, in their order: accept, assign, arrive, finish, sign, return, or the pack's own."""
    tells: dict[Name, Telling] = Field(default_factory=dict)
    """Who is told while it is handled; each name is a moment of the duty."""
    limits: tuple[Name, ...] = ()
    """Limits that run for it."""
    signatures: dict[Name, SignOff] = Field(default_factory=dict)
    """Who signs its form; the step sign takes the first of them."""
    marks: dict[Name, Moment] = Field(default_factory=dict)
    """Marks of the case that it sets, with the moment at which it does so; all duties of a round must agree."""
    tracking: Tracking | None = None
    """How it is followed; none if nobody has to note anything."""
    on_the_spot: OnTheSpot | None = None
    """Cases in which it may be carried through while the case is taken down; none if never."""
    for_some: dict[Name, ForSome] = Field(default_factory=dict)
    """Clauses that apply only to some of its cases."""
    again: Again | Literal["never"] | None = None
    """How it is issued in further rounds; `never` if it is not, and as in the first where nothing is said."""
    restricted_to: tuple[Name, ...] = ()
    """Roles that alone may read it."""

    @property
    def further_rounds(self) -> Again | None:
        """How further rounds differ from the first; none where they do not, or never come."""
        return self.again if isinstance(self.again, Again) else None


class Dispatch(Part):
    """Who must do what."""

    duties: dict[Name, Duty]
    """Duties."""
    limits: dict[Name, Limit] = Field(default_factory=dict)
    """Limits."""
    corrective_actions: dict[Name, CorrectiveAction] = Field(default_factory=dict)
    """What is done so that something does not happen again."""
    payouts: dict[Name, Payout] = Field(default_factory=dict)
    """What is given to customers, with the ceilings of those who give it."""
    qualifications: dict[Name, Qualification] = Field(default_factory=dict)
    """What somebody needs before anything of a role is assigned to them."""
