"""Inputs of a job: records of other jobs that must lie before whoever does it, or it is said why they are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.form import Form

FROM = "job.inputs"
"""What a field of a form is filled from that lists them."""


@dataclass(frozen=True, slots=True)
class Input:
    """A record that must lie before whoever does a job."""

    name: str
    """The job whose record it is."""
    title: dict[str, str]
    done_at: datetime | None = None
    """When it was done; none while it is missing."""
    record: str | None = None
    hash: str | None = None
    """Names what was read."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What lies before whoever does a job: records of other jobs, and what the service sees in that moment."""

    inputs: Sequence[Input] = ()
    seen: Any = None


NOTHING = Before()


def must_be_there(
    inputs: Sequence[Input], asked: Sequence[str], why_not: Mapping[str, str], clause: str | None
) -> None:
    """Nothing is concluded from what is not there, unless somebody says why it is missing."""
    known = {one.name: one for one in inputs}
    for name in asked:
        one = known.get(name, Input(name, {"zh": name, "en": name}))
        if one.done_at is None and not why_not.get(name, "").strip():
            raise Refused(
                _("{title} is not there yet. Have it done first, or say why it is missing.", title=one.title), clause
            )


def as_kept(inputs: Sequence[Input], why_not: Mapping[str, str]) -> list[dict[str, Any]]:
    """The inputs as they stand on the job: what was read is named by its hash."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "done_at": one.done_at.isoformat() if one.done_at else None,
            "record": one.record,
            "hash": one.hash,
            "url": one.url,
            "why_not": None if one.done_at else why_not.get(one.name, ""),
        }
        for one in inputs
    ]


def on_the_form(form: Form, inputs: Sequence[Input], why_not: Mapping[str, str]) -> dict[str, str]:
    """The fields of the form that list them: each with its day and hash, or why it is missing."""
    lines = [f"{one.title['zh']}：{_line(one, why_not)}" for one in inputs]
    return {name: "\n".join(lines) for name, field in form.fields.items() if field.from_ == FROM and lines}


def _line(one: Input, why_not: Mapping[str, str]) -> str:
    if one.done_at is None:
        return f"缺，{why_not.get(one.name, '')}"
    return "，".join([one.done_at.date().isoformat(), *([one.hash] if one.hash else [])])
