"""Who is sent: one person, or several of whom one is named as the leader."""

from __future__ import annotations

from collections.abc import Sequence

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, not_applicable
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.step import Crew
from closeloop.dispatch.model import clause_of
from closeloop.dispatch.steps.forms import AssignForm
from closeloop.dispatch.steps.handling import Handling


def who_is_sent(on: Handling, form: AssignForm, people: Sequence[Person | None]) -> list[Person]:
    """Everybody who goes: at this place, in the role that the step asks for, and no more than may go."""
    step = on.rule.entry.steps["assign"]
    clause = clause_of(on.rule.entry, "assign")
    sent: list[Person] = []
    for login, person in zip(form.logins, people, strict=True):
        if person is None or not person.at(on.duty.place):
            raise Refused(_("There is nobody with the login {login} at this place.", login=login), clause=clause)
        if step.to_role is not None and not person.may(step.to_role):
            role = on.pack.title_of(step.to_role).model_dump()
            sentence = _("{name} is not “{role}”. Choose somebody else.", name=person.name, role=role)
            raise Refused(sentence, clause=clause)
        sent.append(person)
    crew = step.crew
    most = 1 if crew is None else int(crew.at_most) if crew.at_most is not None else len(sent)
    if len(sent) > most:
        refusing = _crew_clause(crew) or clause
        raise Refused(_("No more than {count} may be sent here.", count=most), clause=refusing)
    return sent


def who_leads(on: Handling, form: AssignForm, sent: Sequence[Person]) -> Person:
    """The leader among those who go; of several one has to be named, and who goes alone leads by themselves."""
    crew = on.rule.entry.steps["assign"].crew
    if not form.leader:
        if crew is not None and len(sent) > 1 and len(sent) >= crew.leader_from:
            raise Refused(_("Say which of those who go is the leader."), clause=_crew_clause(crew))
        return sent[0]
    leader = next((person for person in sent if person.id == form.leader), None)
    if leader is None:
        raise Refused(_("The leader is one of those who go: {login} is not.", login=form.leader), _crew_clause(crew))
    return leader


def judge_the_leader(on: Handling, sent: Sequence[Person]) -> list[Judgement]:
    """A leader was named where several go; nobody has to be named for one."""
    crew = on.rule.entry.steps["assign"].crew
    if crew is None:
        return []
    ends = kept if len(sent) >= crew.leader_from else not_applicable
    return ends(crew.clauses, of=f"{on.duty.of}:crew")


def _crew_clause(crew: Crew | None) -> str | None:
    return next(iter(crew.clauses), None) if crew is not None else None
