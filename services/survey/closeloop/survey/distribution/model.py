"""The areas of a survey, with what went out and came back, and each movement as it was written down."""

from __future__ import annotations

from datetime import date, datetime

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import keeps
from closeloop.survey.model import percent

WHOLE = ""
"""The one area of a survey that is counted as a whole."""


@keeps("areas", key="survey_id")
class Area:
    """Where forms go out and from where they come back: what of them is where."""

    id: str
    survey_id: str
    name: str
    number: int
    quantity: int | None = None
    """As many as the plan gives it; none if it says nothing."""
    handed_out: int = 0
    brought_back: int = 0
    entered: int = 0
    sent: int = 0
    """Sheets that went out by link."""
    answered: int = 0
    """Of these, those that came back."""
    reason: str | None = None
    """Why it stayed below the rate, as was said at closing."""

    @property
    def distributed(self) -> int:
        """Everything that went out."""
        return self.handed_out + self.sent

    @property
    def returned(self) -> int:
        """Everything that came back, on paper whether entered yet or not."""
        return self.brought_back + self.answered

    @property
    def rate(self) -> float | None:
        """The return rate in percent; none where nothing went out."""
        return percent(self.returned, self.distributed)

    @property
    def still_to_enter(self) -> int:
        """Forms that were brought back and wait to be entered."""
        return self.brought_back - self.entered

    def missing(self, least: float | None) -> int:
        """How many more must come back until the rate is reached."""
        if least is None:
            return 0
        wanted = -(-self.distributed * round(least * 100) // 10_000)
        return max(0, wanted - self.returned)

    def hand_out(self, number: int) -> None:
        """Forms go out."""
        if self.quantity is not None and self.handed_out + number > self.quantity:
            left = self.quantity - self.handed_out
            raise Refused(
                _("The plan gives this area {planned} forms, and {left} are left.", planned=self.quantity, left=left)
            )
        self.handed_out += number

    def bring_back(self, number: int) -> None:
        """Forms come back; no more than went out."""
        if self.brought_back + number > self.handed_out:
            out = self.handed_out - self.brought_back
            raise Refused(_("Only {out} forms are still out there; correct the number.", out=out))
        self.brought_back += number

    def enter(self) -> int:
        """One of the forms that came back is entered; answers which of them."""
        if self.still_to_enter <= 0:
            raise Refused(_("Every form that was brought back from there is entered; write down first what came back."))
        self.entered += 1
        return self.entered


@keeps("movements", key="survey_id")
class Movement:
    """Forms went out or came back: how many, where, on which day, by whom."""

    id: str
    survey_id: str
    area: str
    day: date
    handed_out: int
    brought_back: int
    means: str
    by: str
    recorded_at: datetime
