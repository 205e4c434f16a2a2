"""What callback keeps of answer sheets: whose answers may be checked, and the draw of a survey that is over."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from closeloop.callback.desks import is_on_the_desk
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.rows import keeps
from closeloop.contracts.personal import Customer
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

OF = "sheet"
"""What the task, the record and the timer of a sheet hang on."""


class SheetState(StrEnum):
    """How it stands with the check of a sheet."""

    RETURNED = "returned"
    PLANNED = "planned"
    DONE = "done"


@keeps("asked_sheets", key="id", indexes=[("survey_id", "state"), ("state", "due_at", "id")])
class AskedSheet:
    """An answer sheet: who answered, what it counts, and what came of asking whether it is genuine."""

    id: str
    survey_id: str
    survey: str
    number: str
    procedure: str
    procedure_version: str
    coverage: str
    desk: str
    returned_at: datetime
    form: CallbackForm
    department: str | None = None
    place: str | None = None
    customer: dict[str, Any] = field(default_factory=dict)
    items: dict[str, Any] = field(default_factory=dict)
    """Each item to as what its answer counts."""
    reachable: bool = False
    """Whether whoever answered left a way to be asked; who did not is asked nothing."""
    state: SheetState = SheetState.RETURNED
    due_at: datetime | None = None
    tries: int = 0
    next_at: datetime | None = None
    outcome: CallbackOutcome | None = None
    asked_at: datetime | None = None
    caller: str | None = None
    note: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """What stands on the form of the callback, nothing personal."""

    verifies = True
    """It checks what was said, not how a case was handled."""

    @property
    def url(self) -> str:
        """The page on which it is written down what came of asking."""
        return f"/callback/sheets/{self.id}"

    @property
    def whose(self) -> Customer:
        """Who answered."""
        return Customer.model_validate(self.customer or {"anonymous": True})

    def asked_by(self, person: Person, pack: Pack) -> None:
        """Only the desk that asks, and whoever answers for it, may go on with a sheet that was drawn."""
        if not (person.at(self.place) and person.sees(self.department)):
            raise NotFound()
        if not is_on_the_desk(person, self.desk, pack):
            coverage = pack.callback.said.coverage.get(self.coverage)
            desk = pack.title_of(self.desk).model_dump()
            raise Forbidden(_("This check is on the desk of {desk}.", desk=desk), coverage.clauses if coverage else ())
        if self.state == SheetState.DONE:
            raise Refused(_("This answer was checked already."))
        if self.state != SheetState.PLANNED:
            raise Refused(_("This sheet was not drawn; nobody has to check it."))

    def ends(self, outcome: CallbackOutcome, at: datetime) -> None:
        """Nothing more is to be asked."""
        self.state, self.outcome, self.asked_at, self.next_at = SheetState.DONE, outcome, at, None


@keeps("sheet_draws", key="key", indexes=[("survey_id",)])
class SheetDraw:
    """Of the sheets of one survey those that are checked: drawn once, so that anybody can draw them again."""

    id: str
    key: str
    survey_id: str
    coverage: str
    procedure: str
    version: str
    seed: str
    share: float | None
    population: list[str]
    drawn: list[str]
    open: list[str]
    due_at: datetime
    drawn_at: datetime
    ended_at: datetime | None = None

    @property
    def of(self) -> str:
        """What its occasions hang on."""
        return f"sheets:{self.coverage}"


def draw_of(survey: str) -> str:
    """The key under which the draws of a survey stand."""
    return f"sheets:{survey}"
