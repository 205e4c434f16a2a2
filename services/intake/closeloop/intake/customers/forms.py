"""What people write about customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.fields import fitting
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.inputs import as_sent
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers.model import known_as
from closeloop.intake.forms import Line, Note, Phone
from closeloop.intake.misfits import Misfits


class ContactForm(BaseModel):
    """What somebody is called, and how to reach them."""

    model_config = ConfigDict(extra="forbid")

    name: Line = Field("", title="What they are called")
    phone: Phone = Field("", title="Telephone number")
    email: Annotated[Line, Field(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = Field("", title="Mail address")
    address: Line = Field("", title="Where they are")


class NewCustomerForm(ContactForm):
    """Somebody who is put on a list."""

    procedure: Line = Field(title="Id of the procedure")
    in_list: Line = Field(title="Name of the list, in the procedure's words")
    fields: dict[str, Any] = Field(default_factory=dict, title="Fields of the profile")


class ProfileForm(BaseModel):
    """What is written in a profile; a field that is left out stays as it is, an empty one is cleared."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, Any] = Field(title="Fields of the profile")


class StrikingOffForm(BaseModel):
    """Why somebody is taken off a list."""

    reason: Annotated[Note, Field(min_length=2)] = Field(title="Why")


class MergeForm(BaseModel):
    """Two customers are the same."""

    model_config = ConfigDict(extra="forbid")

    into: Annotated[Line, Field(min_length=1)] = Field(title="Id of the customer who stays")
    reason: Annotated[Note, Field(min_length=2)] = Field(title="Why they are the same")


@dataclass(frozen=True, slots=True)
class Kept:
    """Somebody to be put on a list, checked: what the action needs."""

    pack: Pack
    in_list: str
    said: Customers
    form: NewCustomerForm
    fields: dict[str, Any]
    known_as: tuple[str, ...]


def checked(form: NewCustomerForm, pack: Pack, said: Customers, entered: Any = None) -> Kept:
    """The form, if it fits the list."""
    misfits = Misfits()
    if not form.name:
        misfits.say("name", _("Please fill this in."))
    fields = fitting_fields(form.fields, pack, said, misfits)
    about = pack.forms[said.profile].fields
    for name, one in about.items():
        if one.required and name not in said.takes and fields.get(name) in (None, ""):
            misfits.say(f"fields.{name}", _("Please fill this in."))
    misfits.raise_any(entered)
    known = known_as(pack.id, form.in_list, said, form.model_dump(include={"name", "phone", "email"}))
    return Kept(pack, form.in_list, said, form, fields, known)


def fitting_fields(given: dict[str, Any], pack: Pack, said: Customers, misfits: Misfits) -> dict[str, Any]:
    """Fields of the profile as they are kept; rows grow by cases and are not written by hand."""
    about = pack.forms[said.profile].fields
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if name not in about or isinstance(said.takes.get(name), dict):
            misfits.say(f"fields.{name}", _("The profile has no field {field} that people fill in.", field=name[:60]))
        elif value in (None, ""):
            fields[name] = None
        else:
            try:
                fields[name] = fitting(about[name], as_sent(about[name], value))
            except ValueError as wrong:
                misfits.say(f"fields.{name}", wrong.args[0])
    return fields
