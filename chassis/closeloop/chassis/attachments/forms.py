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
            continue
        about = form.fields.get(name.removeprefix(FIELDS)) if name.startswith(FIELDS) else None
        content = await value.read()
        await value.close()
        if about is None or about.type != "attachment" or not content:
            continue
        try:
            taken = await take_in(content, value.filename or "", belongs, of, by)
        except Misread as unfit:
            raise _misfit(name.removeprefix(FIELDS), unfit.sentence, FormData(sent)) from None
        sent.append((name, json.dumps(taken.told.model_dump(mode="json"))))
    return FormData(sent)


async def must_be_here(read: Read, form: Form, fields: Mapping[str, Any], about: str) -> None:
    """What a program names as attached was uploaded to this case or job before."""
    for name, value in fields.items():
        field = form.fields.get(name)
        if field is None or field.type != "attachment" or not isinstance(value, Mapping):
            continue
        if not await is_attached(read, about, str(value.get("hash", ""))):
            raise _misfit(name, _("Nothing with this hash was attached here. Upload the file first."), fields)


def _misfit(name: str, why: Any, body: Any) -> RequestValidationError:
    error = {"type": "value_error", "loc": ("body", "fields", name), "input": "", "ctx": {"error": ValueError(why)}}
    return RequestValidationError([error], body=body)
