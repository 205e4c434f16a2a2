"""An attempt as its page sends it: the fields of every form of callback beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from closeloop.callback.asking.forms import AttemptForm, CallerForm, SignatureForm
from closeloop.chassis.i18n import HOME_ZONE
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, SignatureMeans


def _at_home(value: Any) -> Any:
    """A moment from a page has no zone: it is the time of the place."""
    if value in ("", None):
        return None
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return value
        return read if read.tzinfo else read.replace(tzinfo=HOME_ZONE)
    return value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


PageMoment = Annotated[AwareDatetime | None, BeforeValidator(_at_home)]


class ArrangePageForm(BaseModel):
    """Who asks, in which form and when, as the page says it."""

    caller: str = Field(min_length=1, max_length=100)
    form: Annotated[CallbackForm | None, BeforeValidator(_or_none)] = None
    at: PageMoment = None

    def as_form(self) -> CallerForm:
        """The same as the action takes it."""
        return CallerForm(caller=self.caller, form=self.form, at=self.at)


class AttemptPageForm(BaseModel):
    """An attempt as the page sends it: the fields of every form of callback beside each other."""

    form: CallbackForm
    outcome: Annotated[CallbackOutcome | None, BeforeValidator(_or_none)] = None
    note: str = Field(default="", max_length=10_000)
    means: Annotated[SignatureMeans | None, BeforeValidator(_or_none)] = None
    signer: str = Field(default="", max_length=100)
    witness: str = Field(default="", max_length=100)
    attempted_at: PageMoment = None
    unanswered: bool = False
    answer_by: PageMoment = None
    guidance: list[str] = Field(default_factory=list, max_length=50)

    def as_form(self, fields: Mapping[str, Any]) -> AttemptForm:
        """The same without what the chosen form of callback does not know; `fields` stand on its record."""
        signature = None
        if self.means is not None and self.form == CallbackForm.VISIT:
            signature = SignatureForm(means=self.means, signer=self.signer or None, witness=self.witness or None)
        return AttemptForm(
            form=self.form,
            outcome=self.outcome,
            fields=dict(fields),
            note=self.note or None,
            signature=signature,
            attempted_at=self.attempted_at,
            unanswered=self.unanswered,
            answer_by=self.answer_by,
            guidance=self.guidance,
        )
