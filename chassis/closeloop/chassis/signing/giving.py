"""Giving a sign-off: whose turn it is, that it is not their own work, and which content they put their name to."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.signing.asking import comes_first, is_given, off_the_desk, over, turns
from closeloop.chassis.signing.matter import Matter
from closeloop.chassis.store.sign_offs import Signing
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import AUTHOR, SignOff
from closeloop.contracts.vocabulary import SignatureMeans

LONGEST_DRAWING = 40_000


class SignOffForm(BaseModel):
    """What a signer says."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    role: str | None = Field(None, max_length=60)
    """As what they sign; as the first who is asked and whom they may sign for if nothing is said."""
    approves: bool | None = None
    """Yes or no, where they decide."""
    reason: str | None = Field(None, max_length=2_000)
    """Why not."""
    opinion: str | None = Field(None, max_length=10_000)
    """What else they write."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """Field of the signer's own part to what they write into it."""
    hash: str | None = Field(None, max_length=64)
    """The content that they read; another one that stands there by now is refused."""
    means: SignatureMeans | None = None
    """How they sign; by their login if nothing is said."""
    signer: str | None = Field(None, max_length=100)
    """Who signs, where that is the customer."""
    witness: str | None = Field(None, max_length=100)
    """Who saw that they would not sign."""
    drawing: str | None = Field(None, max_length=LONGEST_DRAWING, pattern=r"^[ML0-9 .]*$")
    """The drawn name: a path of moves and lines on a sheet of 600 by 200."""


def turn_of(work: Work, matter: Matter, name: str, form: SignOffForm, desks: frozenset[str]) -> Signing:
    """The turn that this person takes; refused with the clause where it is not theirs, or not yet."""
    rule = matter.rule(name)
    if rule is None:
        raise NotFound()
    clause = rule.clauses[0] if rule.clauses else None
    title = matter.title_of(rule)
    waiting = [one for one in turns(work, matter, rule) if one.waits and form.role in (None, one.role)]
    mine = next((one for one in waiting if may_take(one, matter.worker, work.by, desks)), None)
    if mine is None and waiting:
        who = ", ".join(matter.name_of(one.role)["en"] for one in waiting)
        names = {"zh": "、".join(matter.name_of(one.role)["zh"] for one in waiting), "en": who}
        raise Forbidden(_("“{title}” is for {who}.", title=title, who=names), clause=clause)
    if mine is None and is_given(work, matter, rule):
        raise Refused(_("“{title}” was given already.", title=title), clause=clause)
    if mine is None and (first := comes_first(work, matter, rule)) is not None:
        sentence = _("“{title}” comes after “{first}”: that comes first.", title=title, first=matter.title_of(first))
        raise Refused(sentence, clause=next(iter((*first.clauses, *rule.clauses)), None))
    if mine is None:
        raise Refused(_("It is not time for “{title}” yet: something else comes first.", title=title), clause=clause)
    _must_not_be_their_own(work, matter, rule, mine, clause)
    strange = sorted(set(form.fields) - set(rule.entry.fields))
    if strange:
        raise Refused(_("“{field}” is not part of what is signed here.", field=strange[0]), clause=clause)
    return mine


def may_take(one: Signing, worker: str | None, by: Person | None, desks: frozenset[str]) -> bool:
    """Whether somebody signs here: in their role, or for the desk that takes down what the customer signs."""
    if by is None:
        return False
    if one.is_customers:
        return one.desk in desks or by.acts_as(worker)
    return one.role in desks or one.taker in desks or by.acts_as(one.deputy)


def must_be_as_read(matter: Matter, one: Signing, form: SignOffForm) -> None:
    """What lies there is what they read, before they write their own part into it."""
    rule = matter.rule(one.name)
    assert rule is not None
    if form.hash is not None and form.hash != matter.hash_of(matter.covered(rule)):
        clause = rule.clauses[0] if rule.clauses else None
        raise Refused(_("This was changed after you read it. Read it again, then sign."), clause=clause)


def sign(work: Work, matter: Matter, one: Signing, form: SignOffForm) -> list[Judgement]:
    """They put their name to what lies before them now; what that keeps, and for a no what goes back."""
    rule = matter.rule(one.name)
    assert rule is not None and work.by is not None
    clause = rule.clauses[0] if rule.clauses else None
    means = form.means or (SignatureMeans.DRAWN if form.drawing else SignatureMeans.TYPED)
    _must_be_complete(rule.entry, one, form, means, clause)
    covers = matter.covered(rule)
    found = matter.hash_of(covers)
    work.acts_on(one.lies_on)
    one.in_stead_of = work.in_stead_of
    one.given_at, one.given_by, one.hash, one.covers = work.now, work.by.id, found, covers
    one.signer = form.signer if one.is_customers else work.by.name
    one.means, one.witness, one.drawing = means.value, form.witness, form.drawing or None
    one.opinion, one.reason = form.opinion, form.reason
    one.decision = form.approves if rule.entry.decides else None
    off_the_desk(work, one)
    if one.decision is False and waits_for_a_yes(rule.entry):
        over(work, one)
        return []
    if not is_given(work, matter, rule):
        return []
    for other in turns(work, matter, rule):
        if other.waits:
            over(work, other)
    open_ = {occasion.clause for occasion in work.all(Occasion, of=one.occasion, ended_at=None)}
    return kept([known for known in rule.clauses if known in open_], of=one.occasion)


def waits_for_a_yes(rule: SignOff) -> bool:
    """Whether a no leaves it open: something is locked by it, or the work goes back."""
    return rule.before is not None or rule.back_to is not None


def _must_not_be_their_own(work: Work, matter: Matter, rule: Rule[SignOff], one: Signing, clause: str | None) -> None:
    assert work.by is not None
    title = matter.title_of(rule)
    for barred in rule.entry.barred:
        own = work.by.id in one.authors if barred == AUTHOR else matter.took.get(barred) == work.by.id
        if own:
            raise Refused(_("Nobody gives “{title}” for their own work: ask somebody else.", title=title), clause)


def _must_be_complete(
    rule: SignOff, one: Signing, form: SignOffForm, means: SignatureMeans, clause: str | None
) -> None:
    if rule.decides and form.approves is None:
        raise Refused(_("Say yes or no."), clause=clause)
    if form.approves is not None and not rule.decides:
        raise Refused(_("This is signed, not decided: leave yes and no out."), clause=clause)
    if form.approves is False and not form.reason:
        raise Refused(_("Say why not, so that it can be put right."), clause=clause)
    if means is SignatureMeans.REFUSED:
        if not rule.may_refuse or not one.is_customers:
            raise Refused(_("This form cannot go back without a signature."), clause=clause)
        if not form.witness:
            raise Refused(_("Say who saw that the form was not signed."), clause=clause)
    elif one.is_customers and not form.signer:
        raise Refused(_("Say who signs."), clause=clause)
