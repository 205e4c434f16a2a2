"""Fields of forms that hold a photo or scan: what a page sends is taken in, what a program names must be there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile

from closeloop.chassis.attachments.hooks import Belongs
from closeloop.chassis.attachments.keeping import is_attached
from closeloop.chassis.attachments.taking_in import take_in
from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.records.inputs import FIELDS
from closeloop.chassis.refusals import Misread
from closeloop.contracts.procedure.form import Form


async def with_attachments(entered: FormData, form: Form, belongs: Belongs, of: str, by: Person) -> FormData:
    """What a page sent, with each file taken in and named by its hash."""
    sent: list[tuple[str, Any]] = []
    for name, value in entered.multi_items():
        if not isinstance(value, UploadFile):
            sent.append((name, value))
        elif name.startswith(FIELDS):
            field = name.removeprefix(FIELDS)
            if taken := await _taken(value, form, field, belongs, of, by, FormData(sent)):
                sent.append((name, json.dumps(taken)))
    return FormData(sent)


async def with_files(fields: Mapping[str, Any], form: Form, belongs: Belongs, of: str, by: Person) -> dict[str, Any]:
    """The same for fields that are gathered already."""
    named = {name: value for name, value in fields.items() if not isinstance(value, UploadFile)}
    for name, value in fields.items():
        if isinstance(value, UploadFile) and (taken := await _taken(value, form, name, belongs, of, by, named)):
            named[name] = taken
    return named


async def _taken(
    file: UploadFile, form: Form, field: str, belongs: Belongs, of: str, by: Person, body: Any
) -> dict[str, Any] | None:
    """A file that was sent for a field, as the field names it; none where nothing was chosen."""
    about, content = form.fields.get(field), await file.read()
    await file.close()
    if about is None or about.type != "attachment" or not content:
        return None
    try:
        taken = await take_in(content, file.filename or "", belongs, of, by)
    except Misread as unfit:
        raise _misfit(field, unfit.sentence, body) from None
    return taken.told.model_dump(mode="json")


async def must_be_here(read: Read, form: Form, fields: Mapping[str, Any], about: str) -> None:
    """What a program names as attached was uploaded to this case or job before."""
    for name, value in fields.items():
        field = form.fields.get(name)
        if field is None or field.type != "attachment" or not value:
            continue
        if not await is_attached(read, about, _hash_of(value)):
            raise _misfit(name, _("Nothing with this hash was attached here. Upload the file first."), fields)


def _hash_of(value: Any) -> str:
    """The hash by which a form names a file, as an object or as its JSON; nothing if it names none."""
    try:
        named = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        named = None
    return str(named.get("hash", "")) if isinstance(named, Mapping) else ""


def _misfit(name: str, why: Any, body: Any) -> RequestValidationError:
    error = {"type": "value_error", "loc": ("body", "fields", name), "input": "", "ctx": {"error": ValueError(why)}}
    return RequestValidationError([error], body=body)
