"""Changes of the house: who may approve one, and what follows from a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from closeloop.chassis.acting import acts, here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import People
from closeloop.chassis.people.changing import KEY, canonical_of, change_to, hash_of
from closeloop.chassis.people.desks import who_else
from closeloop.chassis.people.organisation import Organisation
from closeloop.chassis.procedures import activation_of
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.chassis.work import Work
from closeloop.intake.house.forms import DecisionForm
from closeloop.intake.house.model import ORGANISATION, PROCEDURE, HouseChange
from closeloop.intake.rights import OPERATOR

TASK = "approve_change"
ACTIVATE = "activate"


@dataclass(frozen=True)
class Proposal:
    """What is to change, and who may say yes or no to it."""

    kind: str
    title: dict[str, str]
    canonical: str
    hash: str
    active_from: datetime
    reason: str | None
    asked: tuple[str, ...]
    desk: str
    """The desk on which it lies meanwhile."""

    @property
    def about(self) -> str:
        """The key of what changes."""
        return KEY if self.kind == ORGANISATION else Pack.from_json(self.canonical).id


def of_procedure(pack: Pack, active_from: datetime, reason: str | None, by: str, people: People) -> Proposal:
    """Another version of a procedure; whoever may put it in force by its own text says yes or no."""
    title = {lang: f"{text} {pack.version}" for lang, text in pack.title.model_dump().items()}
    asked, desk = who_approves(by, people, [pack])
    return Proposal(PROCEDURE, title, pack.canonical, pack.hash, active_from, reason, asked, desk)


def of_organisation(
    organisation: Organisation, active_from: datetime, reason: str, by: str, people: People, packs: Sequence[Pack]
) -> Proposal:
    """Another organisation; whoever may put the procedures in force says yes or no."""
    canonical = canonical_of(organisation)
    asked, desk = who_approves(by, people, packs)
    title = {"zh": "组织变更", "en": "Another organisation"}
    return Proposal(ORGANISATION, title, canonical, hash_of(canonical), active_from, reason, asked, desk)


def who_approves(by: str, people: People, packs: Sequence[Pack]) -> tuple[tuple[str, ...], str]:
    """Everybody else who puts procedures in force; else a deputy, the next level, or an operator; perhaps nobody."""
    others = [person for person in people if person.id != by]
    for pack in packs:
        for role in (name for name, said in pack.head.roles.items() if ACTIVATE in said.may):
            taker = who_else(role, {by}, pack, people, None)
            found = [person.id for person in others if taker.person == person.id]
            found = found or [person.id for person in others if taker.desk in person.desks]
            if found:
                return tuple(found), taker.desk
    return tuple(person.id for person in others if person.may(OPERATOR)), OPERATOR


def _keys(proposal: Proposal) -> tuple[str, ...]:
    return (proposal.about,)


@acts(besides=_keys)
def propose_change(work: Work, proposal: Proposal) -> HouseChange:
    """It waits for somebody else's yes; where nobody else may give it, it counts by the word of whoever proposed it."""
    assert work.by is not None
    change = HouseChange(
        id=work.key,
        kind=proposal.kind,
        title=proposal.title,
        canonical=proposal.canonical,
        hash=proposal.hash,
        active_from=proposal.active_from,
        reason=proposal.reason,
        proposed_by=work.by.id,
        proposed_at=work.now,
        asked=list(proposal.asked),
    )
    work.add(change)
    if not proposal.asked:
        _put_in_force(work, change)
        return change
    zh, en = proposal.title["zh"], proposal.title["en"]
    work.task(
        desk=proposal.desk,
        kind=TASK,
        title=(f"审批变更：{zh}", f"Approve a change: {en}"),
        url=f"/intake/changes/{change.id}",
    )
    return change


def _keys_of_change(about: str, form: DecisionForm) -> tuple[str, ...]:
    return (about,)


@acts(besides=_keys_of_change)
def decide_change(work: Work, about: str, form: DecisionForm) -> HouseChange:
    """A yes puts it in force from its day on, or at once if that is over; a no has its reason."""
    change = work.one(HouseChange)
    assert work.by is not None
    if change.approved is not None:
        raise Refused(_("This was decided already."))
    if not set(change.asked) & set(work.by.logins):
        raise Forbidden(_("Somebody else says yes or no to this change, not whoever proposed it."))
    if work.by.id == change.proposed_by:
        raise Forbidden(_("Nobody approves their own change: ask somebody else."))
    if form.hash != change.hash:
        raise Refused(_("This is not what was proposed. Read it again, then decide."))
    if not form.approves:
        if not form.reason:
            raise Refused(_("Say why not, so that it can be put right."))
        change.decided_at, change.decided_by, change.approved = work.now, work.by.id, False
        change.why_not = form.reason
        work.done(TASK)
        return change
    _put_in_force(work, change)
    work.done(TASK)
    return change


def about_of(change: HouseChange) -> str:
    """The key of what it changes."""
    return KEY if change.kind == ORGANISATION else Pack.from_json(change.canonical).id


def _put_in_force(work: Work, change: HouseChange) -> None:
    assert work.by is not None
    change.decided_at, change.decided_by, change.approved = work.now, work.by.id, True
    change.active_from = max(change.active_from, work.now)
    proposer, approver, running = change.proposed_by, work.by.id, here.get()
    if change.kind == ORGANISATION:
        told = change_to(
            change.canonical, change.active_from, proposed_by=proposer, approved_by=approver, reason=change.reason
        )
        running.changing.keep_organisation(work.publish(told, key=KEY), work)
        return
    pack = Pack.from_json(change.canonical)
    if pack in running.procedures and running.procedures.pack(pack.id, pack.version) == pack:
        return
    running.procedures.add(work, pack.canonical, change.active_from)
    told_of = activation_of(pack, change.active_from).model_copy(
        update={
            "proposed_by": proposer,
            "approved_by": approver,
            "reason": change.reason,
            "procedure": pack.id,
            "procedure_version": pack.version,
        }
    )
    work.publish(told_of, key=pack.id)
