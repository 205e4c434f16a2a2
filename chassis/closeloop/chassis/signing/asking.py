"""Whose turn it is to sign: asked for when it comes, void when what was signed changed, missing where an act waits."""

from __future__ import annotations

from collections.abc import Iterable

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, not_applicable, opened
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.people.desks import Taker, who_else
from closeloop.chassis.refusals import Refused
from closeloop.chassis.signing.matter import Matter
from closeloop.chassis.store.sign_offs import Signing
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import AUTHOR, CUSTOMER, SignOff

TASK = "sign_off"
DUE = "sign_off_due"


def ask_to_sign(work: Work, matter: Matter, *, authors: Iterable[str] | None = None) -> list[Judgement]:
    """Whoever comes next is asked; to be said after everything that happened to the matter, as often as one likes.

    `authors` wrote what lies before the signers; whoever is at work where nothing is said.
    """
    _void_what_changed(work, matter)
    judging: list[Judgement] = []
    wrote = list(authors) if authors is not None else [work.by.id] if work.by else []
    for rule in matter.rules:
        applies = rule.applies(matter.facts)
        if applies is False:
            judging += _not_needed(work, matter, rule)
        elif applies and not is_given(work, matter, rule):
            if _has_come(work, matter, rule):
                judging += _ask(work, matter, rule, wrote)
            else:
                _not_yet(work, matter, rule)
    return judging


def must_be_signed(work: Work, matter: Matter, act: str) -> None:
    """Refuses a step or act that waits for a yes to what stands there now, with the clause that asks for it."""
    _void_what_changed(work, matter)
    for rule in matter.rules:
        if not rule.entry.required or not matter.waits_at(rule, act):
            continue
        title, applies = matter.title_of(rule), rule.applies(matter.facts)
        if applies is None:
            facts = ", ".join(rule.when.missing(matter.facts))
            raise Refused(
                _("Whether “{title}” is needed here is not known yet. Say first: {facts}.", title=title, facts=facts),
                clause=rule.clauses,
            )
        if applies and not is_given(work, matter, rule):
            said = _("This waits for “{title}”: it was not given yet.", title=title)
            if any(one.decision is False for one in turns(work, matter, rule)):
                said = _("This waits for “{title}”: it was refused, so put right what was named first.", title=title)
            raise Refused(said, clause=rule.clauses)


def end_signing(work: Work, matter: Matter) -> list[Judgement]:
    """The matter is over: what nobody had to give was left out, and what did not apply is said not to."""
    judging: list[Judgement] = []
    for rule in matter.rules:
        of = f"{matter.of}:{rule.name}"
        asked = [one for one in turns(work, matter, rule) if one.waits]
        if asked and rule.applies(matter.facts):
            judging += breached(_still_open(work, rule.clauses, of), of=of)
        elif rule.applies(matter.facts) is False and not turns(work, matter, rule):
            judging += not_applicable(rule.clauses, of=of)
        for one in asked:
            over(work, one)
    return judging


def drop_signing(work: Work, of: str) -> None:
    """The matter is withdrawn: nobody has to sign any more; its occasions are withdrawn by whoever withdraws it."""
    for one in work.all(Signing, of=of):
        if one.waits:
            over(work, one)


def turns(work: Work, matter: Matter, rule: Rule[SignOff]) -> list[Signing]:
    """Everybody who was asked for a sign-off so far, in their order."""
    return work.all(Signing, of=matter.of, name=rule.name)


def is_given(work: Work, matter: Matter, rule: Rule[SignOff]) -> bool:
    """Whether nobody has to be asked for it any more; a no counts where nothing waits for a yes."""
    standing = {one.role for one in turns(work, matter, rule) if one.stands}
    signers = matter.signers(rule)
    return bool(standing) if rule.entry.chain == "any" else standing.issuperset(signers)


def comes_first(work: Work, matter: Matter, rule: Rule[SignOff]) -> Rule[SignOff] | None:
    """The sign-off that has to be given before this one and was not yet; none where it waits for something else."""
    named = (matter.rule(first) for first in rule.entry.waits_for)
    earlier = [other for other in named if other is not None]
    earlier += [other for other in matter.rules if other.entry.before == rule.name and other.entry.required]
    missing = (one for one in earlier if one.applies(matter.facts) is not False and not is_given(work, matter, one))
    return next(missing, None)


def over(work: Work, one: Signing) -> None:
    """It is nobody's turn any more."""
    one.ended_at = work.now
    off_the_desk(work, one)


def off_the_desk(work: Work, one: Signing) -> None:
    """Nobody waits for this signer any more."""
    work.done(TASK, of=one.turn)
    work.cancel(DUE, of=one.turn)


def _has_come(work: Work, matter: Matter, rule: Rule[SignOff]) -> bool:
    """Whether everything that comes first lies behind."""
    for first in rule.entry.waits_for:
        other = matter.rule(first)
        if other is None and not matter.is_past(first):
            return False
        if other is not None and other.applies(matter.facts) is not False and not is_given(work, matter, other):
            return False
    for other in matter.rules:
        waits = other.entry.before == rule.name and other.entry.required
        if waits and other.applies(matter.facts) is not False and not is_given(work, matter, other):
            return False
    refused = [one for one in turns(work, matter, rule) if one.decision is False and one.ended_at is not None]
    return not refused or rule.entry.back_to is not None or refused[-1].hash != matter.hash_of(refused[-1].covers)


def _ask(work: Work, matter: Matter, rule: Rule[SignOff], authors: list[str]) -> list[Judgement]:
    asked = turns(work, matter, rule)
    done = {one.role for one in asked if one.stands}
    left = [role for role in matter.signers(rule) if role not in done]
    if rule.entry.chain == "in_turn":
        left = left[:1]
    judging = opened(_not_open(work, rule.clauses, f"{matter.of}:{rule.name}"), of=f"{matter.of}:{rule.name}")
    fresh = False
    for role in left:
        if any(one.role == role and one.waits for one in asked):
            continue
        before = next((one.authors for one in reversed(work.all(Signing, of=matter.of)) if one.authors), [])
        wrote = list(dict.fromkeys([*before, *authors]))
        _put_on_the_desk(work, matter, rule, role, wrote, _taker(matter, rule, role, wrote))
        fresh = True
    return judging if fresh else []


def _taker(matter: Matter, rule: Rule[SignOff], role: str, wrote: list[str]) -> Taker:
    """Nobody approves their own work: where nobody else has the role, a deputy does, or the next level."""
    barred = {matter.took[step] for step in rule.entry.barred if step in matter.took}
    barred |= set(wrote) if AUTHOR in rule.entry.barred else set()
    if not barred or role == CUSTOMER:
        return Taker(role)
    return who_else(role, barred, matter.pack, here.get().people, matter.place)


def _put_on_the_desk(
    work: Work, matter: Matter, rule: Rule[SignOff], role: str, authors: list[str], taker: Taker
) -> None:
    within, title = rule.entry.within, matter.title_of(rule)
    one = Signing(
        id=work.new_id(),
        key=work.key,
        of=matter.of,
        name=rule.name,
        role=role,
        title=title,
        decides=rule.entry.decides,
        desk=matter.desk,
        procedure=matter.pack.id,
        procedure_version=matter.pack.version,
        place=matter.place,
        audience=matter.audience,
        url=matter.url,
        asked_at=work.now,
        clauses=list(rule.clauses),
        authors=authors,
        due_at=moment_after(within, work.now, work.calendar(matter.place)) if within else None,
        taker=taker.desk if taker.desk != role else None,
        deputy=taker.person,
    )
    work.add(one)
    if one.due_at is not None:
        work.at(one.due_at, DUE, of=one.turn)
    work.task(
        desk=matter.desk if one.is_customers else one.lies_on,
        person=matter.worker if one.is_customers else one.deputy,
        kind=TASK,
        of=one.turn,
        title=(f"{matter.title['zh']}：{title['zh']}", f"{matter.title['en']}: {title['en']}"),
        url=f"/{matter.service}/sign-offs/{one.id}",
        due_at=one.due_at,
        place=matter.place,
        audience=matter.audience,
        case=matter.case,
    )


def _void_what_changed(work: Work, matter: Matter) -> None:
    """Whoever signed something else than what stands there now did not sign this, and is asked once more."""
    for one in work.all(Signing, of=matter.of):
        if one.stands and one.hash != matter.hash_of(one.covers):
            one.voided_at = work.now


def _not_yet(work: Work, matter: Matter, rule: Rule[SignOff]) -> None:
    """Something is done once more that comes before it: nobody signs what is no longer so."""
    for one in turns(work, matter, rule):
        if one.waits:
            over(work, one)


def _not_needed(work: Work, matter: Matter, rule: Rule[SignOff]) -> list[Judgement]:
    for one in turns(work, matter, rule):
        if one.waits:
            over(work, one)
    of = f"{matter.of}:{rule.name}"
    return not_applicable(_still_open(work, rule.clauses, of), of=of)


def _still_open(work: Work, clauses: Iterable[str], of: str) -> list[str]:
    known = {occasion.clause for occasion in work.all(Occasion, of=of, ended_at=None)}
    return [clause for clause in clauses if clause in known]


def _not_open(work: Work, clauses: Iterable[str], of: str) -> list[str]:
    known = {occasion.clause for occasion in work.all(Occasion, of=of, ended_at=None)}
    return [clause for clause in clauses if clause not in known]
