"""The gate at assigning: only who has learnt long enough and passed is sent."""

from __future__ import annotations

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.dispatch.qualifications.model import STANDING_WORDS, PersonRecord, Standing, key_of, stands
from closeloop.dispatch.steps.handling import Handling


def read_besides(_number: int, _form: object, people: tuple[Person | None, ...], *_said: object) -> tuple[str, ...]:
    """What is read besides the case when a duty is given to people: what was entered about them."""
    running = here.get()
    packs = running.procedures.current(running.now())
    asked = any(pack.dispatch.said.qualifications for pack in packs)
    return tuple(key_of(person.id) for person in people if person is not None) if asked else ()


def only_the_qualified(on: Handling, worker: Person, role: str | None) -> list[Judgement]:
    """Refuses whoever may not be sent yet, with the clause that says so; else what was asked for is kept."""
    judging: list[Judgement] = []
    for name, rule in on.pack.dispatch.said.qualifications.items():
        if not _asked_for(rule, worker, role):
            continue
        records = on.work.all(PersonRecord, key=key_of(worker.id), procedure=on.pack.id, qualification=name)
        today = on.work.now.astimezone(on.work.calendar(on.duty.place).zone).date()
        found = stands(records, rule, today)
        if found.standing is not Standing.QUALIFIED:
            raise Refused(
                _(
                    "{name} cannot be sent yet: {standing}. Choose somebody who is “{title}”.",
                    name=worker.name,
                    standing=STANDING_WORDS[found.standing],
                    title=rule.title.model_dump(),
                ),
                clause=next(iter((*found.clauses, *rule.clauses)), None),
            )
        of_training = rule.training.clauses if rule.training else ()
        clauses = dict.fromkeys((*of_training, *rule.assessment.clauses, *rule.clauses))
        judging += kept(clauses, of=f"{on.duty.of}:{worker.id}")
    return judging


def _asked_for(rule: Qualification, worker: Person, role: str | None) -> bool:
    return role in rule.roles if role is not None else bool(worker.roles & set(rule.roles))
