"""What people send: an attempt with its outcome, or why nobody asks."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.contracts.personal import Attachment
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, SignatureMeans


class SignatureForm(BaseModel):
    """Who signed, and how; or who saw that the customer refused."""

    model_config = ConfigDict(extra="forbid")

    means: SignatureMeans
    signer: str | None = Field(default=None, max_length=100)
    witness: str | None = Field(default=None, max_length=100)


class AttemptForm(BaseModel):
    """What came of asking the customer once."""

    model_config = ConfigDict(extra="forbid")

    form: CallbackForm
    outcome: CallbackOutcome | None = None
    """What came of it; none where the fields of the form say it."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """What stands on the form of the callback."""
    note: str | None = Field(default=None, max_length=10_000)
    signature: SignatureForm | None = None
    attempted_at: AwareDatetime | None = None
    unanswered: bool = False
    """Something could not be cleared or answered at once."""
    answer_by: AwareDatetime | None = None
    """When the customer will get the answer, as they were told."""
    guidance: list[str] = Field(default_factory=list, max_length=50)
    """Names of the texts that were in front of the caller."""

    @property
    def who_signed(self) -> tuple[SignatureMeans | None, str | None, str | None]:
        """Means, signer and witness."""
        if self.signature is None:
            return None, None, None
        return self.signature.means, self.signature.signer, self.signature.witness


class Proof(BaseModel):
    """What shows that a waiver is right."""

    model_config = ConfigDict(extra="forbid")

    note: str | None = Field(default=None, max_length=10_000)
    attachment: Attachment | None = None


class WaiverForm(BaseModel):
    """Why nobody asks this customer: an exemption of the pack, with its evidence."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=60)
    evidence: Proof | str = Field(default_factory=Proof)

    @property
    def proof(self) -> Proof:
        """The evidence; plain text is a note."""
        return Proof(note=self.evidence) if isinstance(self.evidence, str) else self.evidence


class CallerForm(BaseModel):
    """Who is to ask this customer."""

    model_config = ConfigDict(extra="forbid")

    caller: str = Field(min_length=1, max_length=100)
    form: CallbackForm | None = None
    """In which form; the suggested one if nothing is said."""
    at: AwareDatetime | None = None
    """When; as soon as the caller likes if nothing is said."""
