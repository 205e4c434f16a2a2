"""To a case that is handled people attach photos and scans: what they found, and what they made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.datastructures import UploadFile

from closeloop.chassis.acting import here
from closeloop.chassis.attachments import forms
from closeloop.chassis.attachments.hooks import Belongs, sealed_for
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.form import Form
from closeloop.dispatch import queries
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.sheets.showing import AtWork, pack_of
from closeloop.dispatch.steps.forms import StepForm

hears = Hears()
Said = TypeVar("Said", bound=BaseModel)


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs | None:
    """The case, for whoever may see one of its duties; an anonymous one has a key of its own."""
    running = here.get()
    desks = desks_of(person, running.people, [pack for _since, pack in running.procedures])
    page = await queries.duties(read, person, desks, queries.Wanted(case=about), None, 1)
    known = await queries.case_of(read, page.items[0].case_id) if page.items else None
    if known is None:
        return None
    return _belonging_of(known, page.items[0])


async def with_files(said: Said, read: Read, who: AtWork, case: str, number: int) -> Said:
    """What a page says with a step: its files are attached to the case, and the form names them."""
    if not isinstance(said, StepForm) or not any(isinstance(value, UploadFile) for value in said.fields.values()):
        return said
    duty, known, form = await _form_of(read, who, case, number)
    fields = await forms.with_files(said.fields, form, _belonging_of(known, duty), duty.of, who.person)
    return said.model_copy(update={"fields": fields})


async def files_must_be_here(said: BaseModel, read: Read, who: AtWork, case: str, number: int) -> None:
    """What a program names as attached with a step was uploaded to the case before."""
    if isinstance(said, StepForm) and _names_files(said.fields.values()):
        _duty, known, form = await _form_of(read, who, case, number)
        await forms.must_be_here(read, form, said.fields, known.id)


def _names_files(values: Iterable[Any]) -> bool:
    """Whether a file may be among them; where there is none, nothing is read."""
    return any('"hash"' in value if isinstance(value, str) else isinstance(value, dict) for value in values)


async def _form_of(read: Read, who: AtWork, case: str, number: int) -> tuple[Duty, HandledCase, Form]:
    duty, known = await queries.duty(read, who.person, who.desks, case, number), await queries.case_of(read, case)
    if duty is None or known is None:
        raise NotFound()
    return duty, known, pack_of(duty).forms[duty.form]


def _belonging_of(known: HandledCase, duty: Duty) -> Belongs:
    whose = sealed_for(known.customer.get("id"), known.id)
    url = f"/dispatch/cases/{known.id}/duties/{duty.number}"
    return Belongs(known.id, duty.case_number, url, whose, known.place, None, known.audience)
