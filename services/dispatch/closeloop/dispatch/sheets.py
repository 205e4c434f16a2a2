"""A duty as its page shows it: the form in its parts, the way that it goes, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.people import Person
from closeloop.chassis.records.words import in_field
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.dispatch import Step
from closeloop.contracts.procedure.guidance import Guidance
from closeloop.contracts.vocabulary import DutyState, Outcome, label
from closeloop.dispatch.model import STEP_WORDS, Duty, HandledCase

TONES: Mapping[DutyState, str] = {
    DutyState.ISSUED: "info",
    DutyState.RETURNED: "good",
    DutyState.WITHDRAWN: "neutral",
}
Named = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of one duty needs."""

    duty: Duty
    case: HandledCase
    pack: Pack
    rule: DutyRule
    limits: list[Limit]
    step: Step | None
    may_step: bool
    guidance: tuple[Rule[Guidance], ...]
    may_send_back: bool
    extensible: list[Limit]
    may_track: bool

    @property
    def form(self) -> Any:
        """The form with its title and number."""
        return self.pack.forms[self.duty.form]


def sheet_of(
    duty: Duty, case: HandledCase, pack: Pack, limits: list[Limit], person: Person, desks: frozenset[str]
) -> Sheet:
    """The duty as this person sees it, with what they may do now."""
    rule = pack.dispatch.duty(duty.rule).entry
    step = duty.next_step(rule)
    may_step = step is not None and duty.may_take(step, rule, by=person, desks=desks)
    over = duty.state is DutyState.WITHDRAWN or case.closed_at is not None or duty.round != case.round
    whose = duty.tracked_by if duty.is_past("finished") else duty.desk
    may_send_back = not over and not duty.is_misrouted and (whose in desks or duty.worker == person.id)
    if duty.is_past("finished") and whose not in desks:
        may_send_back = False
    extensible = [
        limit
        for limit in limits
        if limit.runs
        and limit.missed_at is None
        and (extension := pack.dispatch.limits[limit.name].extension) is not None
        and extension.by in desks
    ]
    is_gone = duty.state is DutyState.WITHDRAWN or case.closed_at is not None
    may_track = rule.tracking is not None and duty.tracked_by in desks and not is_gone
    shown = pack.guidance.at(step, pack.facts_of(case.told, case.facts)) if step else ()
    return Sheet(duty, case, pack, rule, limits, step, may_step, shown, may_send_back, extensible, may_track)


def way_of(sheet: Sheet) -> list[tuple[str, Mapping[str, str]]]:
    """The steps in their order, each with where it stands."""
    duty = sheet.duty
    return [
        ("done" if duty.is_past(step) else "next" if step == sheet.step else "later", STEP_WORDS[step])
        for step in sheet.rule.steps
    ]


def parts_of(sheet: Sheet) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """The blocks of the form with what is written in them."""
    form, record = sheet.form, sheet.duty.record
    blocks = [(section.title.model_dump(), section.fields) for section in form.sections] or [("", tuple(form.fields))]
    return [
        (title, filled)
        for title, names in blocks
        if (
            filled := [
                (form.fields[name].title.model_dump(), in_field(sheet.pack, form.fields[name], record[name]))
                for name in names
                if record.get(name) not in (None, "") and form.fields[name].type != "signature"
            ]
        )
    ]


def history_of(sheet: Sheet, named: Named) -> list[dict[str, Any]]:
    """What happened with the duty, in its order."""
    duty, title_of = sheet.duty, sheet.pack.title_of
    told: list[dict[str, Any]] = [
        {"at": duty.issued_at, "what": _("Issued to {desk}", desk=_desk(sheet, duty.issued_to))}
    ]

    def add(at: datetime | None, what: Any, **more: Any) -> None:
        if at is not None:
            told.append({"at": at, "what": what, "tone": "good", **more})

    add(duty.accepted_at, label(DutyState.ACCEPTED).model_dump(), by=named(duty.accepted_by or ""))
    add(duty.assigned_at, _("Assigned to {name}", name=named(duty.worker or "")))
    add(duty.arrived_at, label(DutyState.ARRIVED).model_dump())
    outcome = label(Outcome(duty.outcome)).model_dump() if duty.outcome else ""
    add(duty.finished_at, _("Finished: {outcome}", outcome=outcome))
    add(duty.signed_at, label(DutyState.SIGNED).model_dump())
    add(duty.returned_at, _("Returned to {desk}", desk=_desk(sheet, duty.tracked_by)))
    add(duty.withdrawn_at, label(DutyState.WITHDRAWN).model_dump(), tone="neutral")
    for back in duty.came_back:
        at = datetime.fromisoformat(back["at"])
        desk = title_of(back["from"]).model_dump()
        add(at, _("Sent back by {desk}", desk=desk), by=named(back["by"]), note=back["reason"], tone="bad")
    for noted in duty.tracked:
        at = datetime.fromisoformat(noted["at"])
        add(at, _("Checked by {desk}", desk=_desk(sheet, duty.tracked_by)), by=named(noted["by"]), note=noted["note"])
    for limit in sheet.limits:
        name = sheet.pack.dispatch.limits[limit.name].title.model_dump()
        add(limit.missed_at, _("Limit passed: {limit}", limit=name), tone="bad", clauses=limit.clauses)
        for stretch in limit.ledger:
            if stretch["what"] == "extended":
                until = datetime.fromisoformat(stretch["to"])
                words = _("Limit put off to {until}: {limit}", until=until, limit=name)
                add(
                    datetime.fromisoformat(stretch["at"]),
                    words,
                    by=named(stretch.get("by") or ""),
                    note=stretch["reason"],
                    tone="waiting",
                )
    return sorted(told, key=lambda entry: entry["at"])


def _desk(sheet: Sheet, desk: str) -> dict[str, str]:
    return sheet.pack.title_of(desk).model_dump()
