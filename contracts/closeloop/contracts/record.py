"""Filled forms and signatures as they travel with a case."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.event import Moment
from closeloop.contracts.personal import Attachment, Personal
from closeloop.contracts.vocabulary import SignatureMeans


class Signature(BaseModel):
    """Somebody put their name to a content."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    signer: Personal[str]
    """Name of whoever signed."""
    role: str
    """As what they signed: customer, or a role of the pack."""
    means: SignatureMeans
    """How they signed."""
    at: Moment
    """When they signed."""
    hash: str
    """SHA-256, in hexadecimal, of the content that was signed."""
    image: Attachment | None = None
    """The drawn signature or the scan."""
    witness: Personal[str] | None = None
    """Who saw it, where the customer refused to sign."""


class Record(BaseModel):
    """A form as far as it is filled in; the next service carries it on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    form: str
    """Name of the form in the pack."""
    version: str = ""
    """Version of the form."""
    fields: Personal[dict[str, Any]] = Field(default_factory=dict)
    """Field to value; moments as RFC 3339 text, money as {amount, currency}."""
    attachments: tuple[Attachment, ...] = ()
    """Photos and scans that belong to the form."""
    hash: str | None = None
    """SHA-256 of the sealed form, in hexadecimal, once it was signed."""
    signatures: tuple[Signature, ...] = ()
    """Who signed it so far."""
