"""Forms as they are filled: from the case, from what dispatch knows, and from what people write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.fields import asks_for_more, fitting, must_be_given
from closeloop.chassis.i18n import _
from closeloop.chassis.records.inputs import as_sent
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.record import Record
from closeloop.dispatch.model import Duty, HandledCase

KNOWN: Mapping[str, str] = {
    "forwarded_at": "issued_at",
    "responsible": "desk_title",
    "accepted_at": "accepted_at",
    "accepted_by": "accepted_by",
    "trade_needed": "trade_title",
    "worker": "worker_name",
    "crew": "crew_names",
    "arrived_at": "arrived_at",
    "finished_at": "finished_at",
    "returned_at": "returned_at",
    "opinion": "opinion",
    "customer_opinion": "opinion",
    "signature": "signer",
}
"""Fields of a form that dispatch fills by itself, and with what."""


def first_part(form: Form, case: HandledCase) -> dict[str, Any]:
    """What the register already says: the part that intake filled, and fields that come from the case."""
    filled: dict[str, Any] = {}
    if case.record and set(case.record.get("fields", {})) & set(form.fields):
        filled = {name: value for name, value in case.record["fields"].items() if name in form.fields}
    for name, field in form.fields.items():
        if field.from_case and filled.get(name) in (None, ""):
            value = _of_case(case, field.from_case)
            if value not in (None, ""):
                filled[name] = value
    return filled


def write_ratings(duty: Duty, form: Form, rated: Mapping[str, str]) -> None:
    """What was rated with a step stands on the form too, where it has a field for that."""
    fields = ((name, field.from_case or "") for name, field in form.fields.items())
    filled = {name: rated[facet] for name, facet in fields if facet in rated}
    if filled:
        duty.record = {**duty.record, **filled}


def fill_in(duty: Duty, form: Form, known: Mapping[str, Any]) -> None:
    """Write what dispatch knows by now into the fields that ask for it."""
    filled = {name: known[what] for name, what in KNOWN.items() if name in form.fields and known.get(what) is not None}
    if filled:
        duty.record = {**duty.record, **filled}


def write(duty: Duty, form: Form, entered: Mapping[str, Any], wanted: tuple[str, ...], clause: str | None) -> None:
    """Write what a person entered; a wanted field that stays empty, or one the form does not have, is refused."""
    strange = sorted(name for name in entered if name not in form.fields)
    if strange:
        raise Refused(_("The form “{form}” has no field {field}.", form=_title(form), field=strange[0]), clause=clause)
    said = {name: value for name, value in entered.items() if value not in _nothing(form, name)}
    written = {name: _fitting(form, name, value) for name, value in said.items()}
    record = {**duty.record, **written}
    empty = [name for name in wanted if record.get(name) in _nothing(form, name) and _is_wanted(form, name, record)]
    if name := next(iter(empty), None) or asks_for_more(form.fields, record, written):
        title = form.fields[name].title.model_dump() if name in form.fields else name
        raise Refused(_("Please fill in “{field}” of the form first.", field=title), clause=clause)
    duty.record = record


def _is_wanted(form: Form, name: str, record: Mapping[str, Any]) -> bool:
    """A field that a step wants is filled, unless it is needed only sometimes and not now."""
    about = form.fields.get(name)
    return about is None or about.required_when is None or must_be_given(about, record)


def _nothing(form: Form, name: str) -> tuple[Any, ...]:
    """What is no answer for a field; that there are no rows or no desks is one, unless there must be some."""
    about = form.fields.get(name)
    return (
        (None, "") if about is not None and about.type in ("rows", "desks") and not about.required else (None, "", [])
    )


def _fitting(form: Form, name: str, value: Any) -> Any:
    about = form.fields[name]
    try:
        return fitting(about, as_sent(about, value))
    except ValueError as wrong:
        words = {"field": about.title.model_dump(), "what": wrong.args[0]}
        raise Refused(_("“{field}”: {what}", **words)) from None


def as_record(duty: Duty, form: Form, *, sealed: str | None = None) -> Record:
    """The form as it travels."""
    return Record(form=duty.form, version=form.version, fields=duty.record, hash=sealed)


def _of_case(case: HandledCase, what: str) -> Any:
    if what.startswith("customer."):
        return case.customer.get(what.removeprefix("customer."))
    if what == "number":
        return case.opened.get("case_number") or case.number
    if what == "content":
        return case.content
    return case.header.get(what) or case.told.facets.get(what) or case.facts.get(what)


def _title(form: Form) -> dict[str, str]:
    return form.title.model_dump()
