"""A duty as its page shows it: the form in its parts, the way that it goes, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.need_rules import NeedRule
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.chassis.packs.step_rules import StepOf, Steps
from closeloop.chassis.people import Person
from closeloop.chassis.records.words import in_field
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.guidance import Guidance
from closeloop.contracts.vocabulary import DutyState, Outcome, label
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.model import STATE_AFTER, Duty, HandledCase
from closeloop.dispatch.model import title_of as title_of_step
from closeloop.dispatch.sheets.asked import fields_asked, rated_here
from closeloop.dispatch.steps.notices import unread

TONES: Mapping[DutyState, str] = {
    DutyState.ISSUED: "info",
    DutyState.RETURNED: "good",
    DutyState.WITHDRAWN: "neutral",
    DutyState.HANDED_UP: "waiting",
}
Named = Callable[[str], str]
Desks = frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the page of one duty needs."""

    duty: Duty
    case: HandledCase
    pack: Pack
    rule: DutyRule
    limits: list[Limit]
    steps: Steps
    facts: Facts
    step: StepOf | None
    may_step: bool
    guidance: tuple[Rule[Guidance], ...]
    may_send_back: bool
    extensible: list[Limit]
    may_track: bool
    to_be_read: list[tuple[str, str, dict[str, str]]]
    """What this person is to read: the step or telling, for which desk, and its title."""
    to_be_told: list[tuple[str, dict[str, str]]]
    """Who is to be told by this person: the telling with its title."""
    called: str | None
    """The desk that was called and has not come yet; none if nobody was."""
    parts: list[Duty]
    """The duties that write a part of this form."""
    whole: Duty | None
    """The duty on whose form this one writes its part."""
    is_called: bool
    """Whether this person answers for the desk that was called."""

    @property
    def stands(self) -> dict[str, str]:
        """Where it stands: its state, or the step of the procedure's own that was taken last."""
        last = next(reversed(self.duty.steps), None) if self.duty.is_open else None
        own = last is not None and last not in STATE_AFTER and last in self.steps
        return title_of_step(last, self.steps) if last and own else label(self.duty.state).model_dump()

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The fields that the next step asks for."""
        return fields_asked(self.step, self.pack, self.duty) if self.step else []

    @property
    def brings_files(self) -> bool:
        """Whether the step asks for a photo or scan."""
        return any(one["type"] == "attachment" for one in self.asked)

    @property
    def rated_here(self) -> list[Any]:
        """The facets that are rated with the next step."""
        return list(rated_here(self.step, self.pack, self.facts)) if self.step else []

    @property
    def when_necessary(self) -> list[NeedRule]:
        """What the next step asks for only when a person says that it is necessary."""
        needs = self.step.needs if self.step else ()
        return [need for need in needs if need.entry.when_necessary and need.when.decide(self.facts) is not False]

    @property
    def shown_when_called(self) -> tuple[Rule[Guidance], ...]:
        """The texts in front of whoever takes the duty over."""
        return self.pack.guidance.at("accept", self.facts) if self.is_called else ()

    @property
    def shown_when_telling(self) -> tuple[Rule[Guidance], ...]:
        """The texts in front of whoever tells somebody how things stand."""
        steps = ("tell", *(name for name, _title in self.to_be_told))
        texts = (text for step in steps for text in self.pack.guidance.at(step, self.facts))
        return tuple({text.name: text for text in texts}.values())

    @property
    def waits_for(self) -> list[dict[str, str]]:
        """What has to be told before the next step, by what people call it."""
        asked = (
            one for one in self.pack.dispatch.tellings.get(self.duty.rule, ()) if one.name in self.duty.asked_to_tell
        )
        open_ = (one for one in asked if self.step is not None and self.step.name in one.entry.before)
        return [one.entry.title.model_dump() for one in open_ if not self.duty.times_told(one.name)]

    @property
    def form(self) -> Any:
        """The form with its title and number."""
        return self.pack.forms[self.duty.form]


def sheet_of(
    duties: list[Duty], duty: Duty, case: HandledCase, pack: Pack, limits: list[Limit], person: Person, desks: Desks
) -> Sheet:
    """The duty as this person sees it, with what they may do now."""
    rule = pack.dispatch.duty(duty.rule).entry
    steps, facts = pack.dispatch.steps[duty.rule], known_facts(pack, case, duties)
    step = duty.next_step(steps, facts)
    may_step = step is not None and duty.may_take(step.name, rule, by=person, desks=desks)
    over = duty.is_gone or case.closed_at is not None or duty.round != case.round
    whose = duty.tracked_by if duty.is_past("finished") else duty.desk
    may_send_back = not over and not duty.is_misrouted and (whose in desks or duty.worker == person.id)
    if duty.is_past("finished") and whose not in desks:
        may_send_back = False
    extensible = [
        limit
        for limit in limits
        if limit.runs
        and not limit.rests
        and limit.missed_at is None
        and (extension := pack.dispatch.limits[limit.name].extension) is not None
        and extension.by in desks
    ]
    is_gone = duty.is_gone or case.closed_at is not None
    may_track = rule.tracking is not None and duty.tracked_by in desks and not is_gone
    named = {one.name: one.entry.title.model_dump() for one in pack.dispatch.tellings.get(duty.rule, ())}
    to_read = [
        (name, desk, named.get(name) or title_of_step(name, steps))
        for name, desk in unread(duty, steps)
        if desk in desks
    ]
    shown = pack.guidance.at(step.name, facts) if step else ()
    asked = [one for one in pack.dispatch.tellings.get(duty.rule, ()) if one.name in duty.asked_to_tell]
    waits = [one.entry.to for one in asked if one.entry.takes_over and not duty.times_told(one.name)]
    mine = duty.is_open and not over and (duty.desk in desks or duty.worker == person.id)
    tellings = [(one.name, one.entry.title.model_dump()) for one in asked if mine and not one.entry.takes_over]
    standing = [one for one in duties if one.round == duty.round and not one.is_gone]
    called = waits[0] if waits and duty.is_open else None
    return Sheet(
        duty,
        case,
        pack,
        rule,
        limits,
        steps,
        facts,
        step,
        may_step,
        shown,
        may_send_back,
        extensible,
        may_track,
        to_read,
        tellings,
        called,
        [one for one in standing if one.rule in pack.dispatch.parts.get(duty.rule, ())],
        next((one for one in standing if one.rule == rule.part_of), None),
        called in desks,
    )


def way_of(sheet: Sheet) -> list[tuple[str, Mapping[str, str]]]:
    """The steps in their order, each with where it stands."""
    duty = sheet.duty
    return [
        ("done" if duty.is_past(step.name) else "next" if step == sheet.step else "later", step.title.model_dump())
        for step in sheet.steps
        if step.name in duty.steps or step.when.decide(sheet.facts) is not False
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

    outcome = label(Outcome(duty.outcome)).model_dump() if duty.outcome else ""
    words_of = {
        "assign": _("Assigned to {name}", name=named(duty.worker or "")) if not duty.crew else _crew(duty, named),
        "finish": _("Finished: {outcome}", outcome=outcome),
        "return": _("Returned to {desk}", desk=_desk(sheet, duty.tracked_by)),
    }
    for step, taken in duty.steps.items():
        if step == "cannot_handle":
            continue
        said = label(STATE_AFTER[step]).model_dump() if step in STATE_AFTER else title_of_step(step, sheet.steps)
        signed = {"note": _("Signed by {name}", name=taken["signature"]["signer"])} if "signature" in taken else {}
        add(duty.at(step), words_of.get(step, said), by=named(taken["by"]), **signed)
    if raised := duty.steps.get("cannot_handle"):
        at = datetime.fromisoformat(raised["at"])
        add(at, label(DutyState.HANDED_UP).model_dump(), by=named(raised["by"]), note=raised["reason"], tone="waiting")
    add(duty.withdrawn_at, label(DutyState.WITHDRAWN).model_dump(), tone="neutral")
    for back in duty.came_back:
        at = datetime.fromisoformat(back["at"])
        desk = title_of(back["from"]).model_dump()
        add(at, _("Sent back by {desk}", desk=desk), by=named(back["by"]), note=back["reason"], tone="bad")
    titles = {one.name: one.entry.title.model_dump() for one in sheet.pack.dispatch.tellings.get(duty.rule, ())}
    for said in duty.told:
        add(datetime.fromisoformat(said["at"]), titles[said["what"]], by=named(said["by"]), note=said["text"])
    for noted in duty.tracked:
        at = datetime.fromisoformat(noted["at"])
        add(at, _("Checked by {desk}", desk=_desk(sheet, duty.tracked_by)), by=named(noted["by"]), note=noted["note"])
    for limit in sheet.limits:
        name = sheet.pack.dispatch.limits[limit.name].title.model_dump()
        add(limit.missed_at, _("Limit passed: {limit}", limit=name), tone="bad", clauses=limit.clauses)
        for stretch in limit.ledger:
            if stretch["what"] == "paused":
                at = datetime.fromisoformat(stretch["at"])
                who = named(stretch.get("by") or "")
                add(at, _("Limit rests: {limit}", limit=name), by=who, note=stretch.get("note", ""), tone="neutral")
            elif stretch["what"] == "moved":
                until = datetime.fromisoformat(stretch["to"])
                moved = _("Limit moved to {until}: {limit}", until=until, limit=name)
                add(datetime.fromisoformat(stretch["at"]), moved, tone="waiting")
            elif stretch["what"] == "extended":
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


def _crew(duty: Duty, named: Named) -> Any:
    along = [named(login) for login in duty.crew]
    names = {"zh": "、".join(along), "en": ", ".join(along)}
    return _("Assigned to {name}, who leads; along goes {crew}", name=named(duty.worker or ""), crew=names)


def _desk(sheet: Sheet, desk: str) -> dict[str, str]:
    return sheet.pack.title_of(desk).model_dump()
