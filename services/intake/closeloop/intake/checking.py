"""Whether what people filled in fits the procedure: everything that is wrong is said at once, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.needs import meet_needs
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.people import Organisation, Person
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.contracts.procedure.intake import Channel, Handover, Kind
from closeloop.intake.at_once import must_be_resolvable
from closeloop.intake.attempts import AgainstClause, Attempt, Incomplete, NotTheDesk
from closeloop.intake.customers.knowing import keys_of
from closeloop.intake.filled_in import (
    check_facets,
    check_fields,
    check_guidance,
    check_required,
    known_facets,
    title,
    unknown,
    words,
)
from closeloop.intake.forms import AssessmentForm, CaseForm, CustomerForm, Registration
from closeloop.intake.judging import against, judged_first
from closeloop.intake.misfits import Misfits
from closeloop.intake.rights import may_backdate, may_register, may_use, works_by

CLOCKS_DIFFER = timedelta(minutes=1)
A_DAY = timedelta(days=1)


def registration(
    form: CaseForm,
    pack: Pack | None,
    known: Iterable[str],
    person: Person,
    organisation: Organisation,
    now: datetime,
    branch: str,
    entered: Any = None,
) -> Registration:
    """The form as the action takes it; raises what is wrong with it, or says that this person may not."""
    misfits = Misfits()
    if pack is None:
        misfits.say(
            "procedure",
            unknown(_("There is no procedure {name} in force here. Known are: {known}."), form.procedure, known),
        )
        misfits.raise_any(entered)
        raise AssertionError
    rules = pack.intake
    where = organisation.place(form.place) if form.place else None
    place = form.place if where is not None else None
    kind, channel = rules.kinds.get(form.kind), rules.channels.get(form.channel)
    if kind is None:
        misfits.say(
            "kind", unknown(_("There is no kind of case {name} here. Known are: {known}."), form.kind, rules.kinds)
        )
    if channel is None:
        misfits.say(
            "channel", unknown(_("There is no channel {name} here. Known are: {known}."), form.channel, rules.channels)
        )
    customer = form.customer or CustomerForm(anonymous=form.anonymous)
    anonymous = form.anonymous or customer.anonymous
    facts: dict[str, Any] = {}
    told: dict[str, Any] = {}
    incomplete: list[str] = []
    if kind is not None:
        register = rules.registers[kind.register_]
        incomplete = check_required(form, customer, anonymous, register, misfits)
        check_fields(form.fields, register, facts, told, misfits)
    if where is not None and len(pack.head.places) > 1:
        facts["place_kind"] = where.kind
    seen = facts_before_rating(form, customer, place, kind, facts)
    rating = rules.rate(seen, form.facets)
    known = {**seen, **rating.facets}
    handover = None if rules.shut_by(rating.facets) else rules.handover_of(known)
    by_the_desk = handover is None or may_use(person, pack, desk_of(handover, pack, rating.facets))
    _check_rights(pack, channel, person, place, passes_on=not by_the_desk)
    _check_place(form, pack, person, organisation, misfits)
    received_at = _received(form, pack, person, now, misfits)
    check_facets(form.facets, pack, person, seen, misfits, handover)
    unjudged = judged_first(form, pack, rating, handover, seen, by_the_desk, misfits)
    check_guidance(form, pack, known, misfits)
    if incomplete and kind is not None:
        sentence = _("The register is not filled in: {columns}.", columns=", ".join(incomplete))
        judging = handover.entry.rates.clauses if handover and handover.entry.rates else ()
        clauses = tuple(dict.fromkeys((*kind.clauses, *judging)))
        raise Incomplete(misfits.found, entered, Attempt(pack, clauses, sentence, place))
    if unjudged is not None:
        clauses, sentence = unjudged
        raise Incomplete(misfits.found, entered, Attempt(pack, clauses, sentence, place))
    misfits.raise_any(entered)
    if held := rules.against(seen, form.facets):
        raise AgainstClause(Attempt(pack, held.criterion.clauses, against(pack, held), place))
    asked = {**told, **known}
    try:
        needs = meet_needs(rules.needs[rules.kinds[form.kind].register_], asked, of="case", necessary=form.necessary)
        if form.on_the_spot is not None:
            must_be_resolvable(form.on_the_spot, pack, asked, person)
    except Refused as refused:
        raise AgainstClause(Attempt(pack, refused.clauses, refused.sentence, place)) from None
    if anonymous and not customer.anonymous:
        customer = customer.model_copy(update={"anonymous": True})
    known_as = keys_of(pack, form.kind, customer)
    more = (handover, tuple(needs), known_as, by_the_desk)
    return Registration(pack, form, customer, received_at, rating, known, facts, told, branch, *more)


def facts_before_rating(
    form: CaseForm, customer: CustomerForm, place: str | None, kind: Kind | None, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What conditions may ask about a case before anything is rated."""
    seen = {
        "contact_left": customer.can_be_reached,
        "wants_callback": form.wants_callback,
        **facts,
        "kind": form.kind,
        "channel": form.channel,
        "place": place,
        "round": 1,
    }
    if kind is not None:
        seen["basic_kind"] = str(kind.basic)
    return seen


def check_assessment(
    form: AssessmentForm, pack: Pack, rated: Mapping[str, str], is_rated: bool, entered: Any = None
) -> None:
    """Whether the facets and values are the pack's; a changed rating gives its reason."""
    misfits = Misfits()
    for facet, value in known_facets(form.facets, pack, misfits):
        if not facet.entry.may_change and rated.get(facet.name, value) != value:
            misfits.say(f"facets.{facet.name}", _("This rating stays as it is once it was given."))
    changes = any(rated.get(name, value) != value for name, value in form.facets.items())
    if is_rated and changes and not form.reason:
        misfits.say("reason", _("Say why the rating changes."))
    misfits.raise_any(entered)


def desk_of(handover: Rule[Handover], pack: Pack, facets: Mapping[str, str]) -> str:
    """The desk that takes over what others pass on."""
    return handover.entry.to.desk_for(pack.intake.desks(facets)) or pack.head.desk


def _check_rights(pack: Pack, channel: Channel | None, person: Person, place: str | None, *, passes_on: bool) -> None:
    """The desk registers; whoever else works by the procedure passes on, by the channel that is there for it."""
    sentence: Sentence | None = None
    if channel is not None and channel.desk and not may_use(person, pack, channel.desk):
        by, desk = words(channel.title), title(pack, channel.desk)
        sentence = _("Cases that come in by {channel} are registered by {desk}.", channel=by, desk=desk)
    elif not may_register(person, pack) and not (passes_on and works_by(person, pack)):
        desk = title(pack, pack.head.desk)
        sentence = _("Registering cases is not among your roles. Ask {desk}.", desk=desk)
    if sentence is not None:
        raise NotTheDesk(Attempt(pack, channel.clauses if channel else (), sentence, place))


def _check_place(form: CaseForm, pack: Pack, person: Person, organisation: Organisation, misfits: Misfits) -> None:
    if not form.place:
        return
    place = organisation.place(form.place)
    if place is None or (pack.head.places and place.kind not in pack.head.places):
        known = [place.id for place in organisation.places if person.at(place.id)]
        misfits.say("place", unknown(_("There is no place {name} here. Known are: {known}."), form.place, known))
    elif not person.at(form.place):
        raise Forbidden(_("You do not work at {place}. Ask somebody who does.", place=words(place.name)))


def _received(form: CaseForm, pack: Pack, person: Person, now: datetime, misfits: Misfits) -> datetime:
    at = form.received_at
    if at is None:
        return now
    if at > now + CLOCKS_DIFFER:
        misfits.say("received_at", _("This moment must not lie in the future."))
    elif at < now - A_DAY and not may_backdate(person, pack):
        raise Forbidden(_("Your roles do not include entering a case that was received more than a day ago."))
    return min(at, now).astimezone(UTC)
