"""What people do at the desk: register, assess, close, open again, and put a procedure in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from closeloop.chassis.acting import acts
from closeloop.chassis.guided import guided
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, opened, prevented
from closeloop.chassis.packs import Pack, Rating
from closeloop.chassis.procedures import Procedures, activation_of
from closeloop.chassis.work import Forbidden, Refused, Work
from closeloop.contracts.every import AttemptRefused
from closeloop.contracts.intake import CaseAssessed, CaseRegistered, ProcedureActivated, ResolvedAtOnce
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CaseStatus, Text
from closeloop.intake import numbers
from closeloop.intake.attempts import Attempt
from closeloop.intake.columns import beside
from closeloop.intake.conversation.writing import ask_for_the_first_answer, begins_with
from closeloop.intake.customers.knowing import known_by, meet
from closeloop.intake.deciding import signed
from closeloop.intake.finding.handlers import AFTER, EVERY, READ_NEW
from closeloop.intake.finding.model import WORDS
from closeloop.intake.forms import AssessmentForm, ReasonForm, Registration
from closeloop.intake.handing_over import ask_to_take_over, in_time, taken_over
from closeloop.intake.loop import close, is_closed, must_be_settled, reopen, tell
from closeloop.intake.model import BY_RULE, Assessment, Case, facts_of, in_the_register, responsible, whole
from closeloop.intake.rating import ask_for_rating, go_on, must_fit, of_rating
from closeloop.intake.rights import may_close, may_rate


@acts(besides=known_by)
def register_case(work: Work, brought: Registration) -> Case:
    """A case gets its number and its place in the register; if the facts suffice it is assessed at once."""
    pack = brought.pack
    name, register = pack.intake.register_of(brought.form.kind)
    period = numbers.period_of(register, work.now, work.calendar().zone)
    serial = work.number("/".join(part for part in (register.prefix, period) if part))
    if serial % EVERY == 0:
        work.tell_later(WORDS, READ_NEW, AFTER)
    case = _written_down(work, brought, name, numbers.number_of(register, period, serial, brought.branch))
    rating = brought.rating
    case.facets, case.department = rating.facets, responsible(pack, rating.facets)
    signature = _decided(work, case, brought, rating)
    judged = _of_registering(work, brought, rating) + meet(work, case, brought) + begins_with(work, case, pack)
    work.add(case)
    if case.waits_for_the_desk or rating.open:
        tell(work, case, CaseRegistered(**in_the_register(case), in_register=name), judged)
    else:
        case.assessed(work.now)
        said = {"reason": brought.form.reason or None, "signature": signature, "at_once": _at_once(work, brought)}
        tell(work, case, CaseAssessed(**whole(case, pack), in_register=name, **said), judged)
    ask_for_the_first_answer(work, case, pack)
    if case.waits_for_the_desk:
        ask_to_take_over(work, case, pack)
    elif rating.open:
        ask_for_rating(work, case, pack, rating.open)
    return case


@acts
def assess_case(work: Work, form: AssessmentForm) -> Case:
    """A person rates what the facts left open, or rates again; every earlier rating stays on record."""
    case = work.one(Case)
    case.may_be_rated()
    pack = work.pack(case.procedure, case.procedure_version)
    _must_be_able_to_rate(work, pack, form.facets)
    must_fit(work, case, pack, form.facets)
    rating = pack.intake.rate(facts_of(case, pack), {**case.facets, **form.facets})
    fresh = {name: value for name, value in rating.facets.items() if case.facets.get(name) != value}
    if not fresh:
        raise Refused(_("Case {number} is rated like this already.", number=case.number))
    before = case.rate(fresh, pack)
    by, reason = work.by.id if work.by else BY_RULE, form.reason or None
    signature = signed(work, case, pack, form.facets, (), form.reason)
    sign_off = signature.model_dump(mode="json") if signature else None
    work.add(Assessment(work.new_id(), case.id, work.now, by, fresh, before, reason, sign_off))
    judged = of_rating(pack, rating, fresh)
    go_on(work, case, pack, rating, judged, reason=reason, rated_before=before, signature=signature)
    return case


@acts
def take_over(work: Work) -> Case:
    """The desk carries on with what another department wrote down and passed on."""
    case = work.one(Case)
    pack = work.pack(case.procedure, case.procedure_version)
    judged = taken_over(work, case, pack)
    go_on(work, case, pack, pack.intake.rate(facts_of(case, pack), case.facets), judged)
    return case


@acts
def note_refused_attempt(work: Work, attempt: Attempt) -> None:
    """What was tried against a clause is counted under a key of its own: no case came of it."""
    said = Text(zh=attempt.sentence.zh, en=attempt.sentence.en)
    refused = AttemptRefused(
        action=register_case.__name__,
        clause=attempt.clauses[0],
        sentence=said,
        place=attempt.place,
        procedure=attempt.pack.id,
        procedure_version=attempt.pack.version,
    )
    work.publish(refused, judging=prevented(attempt.clauses, of=f"attempt:{register_case.__name__}"))


@acts(keys=lambda case, form: (case, beside(case)))
def close_case(work: Work, case_id: str, form: ReasonForm) -> Case:
    """Somebody with the right to do so closes a case, for a reason that is told."""
    case = work.one(Case, key=case_id)
    _must_be_able_to_close(work, case)
    if is_closed(case):
        raise Refused(_("Case {number} is closed already.", number=case.number))
    must_be_settled(work, case, work.pack(case.procedure, case.procedure_version))
    close(work, case, reason=form.reason)
    return case


@acts
def reopen_case(work: Work, form: ReasonForm) -> Case:
    """Closing is reversible: the case goes another round."""
    case = work.one(Case)
    _must_be_able_to_close(work, case)
    if not is_closed(case):
        raise Refused(_("Case {number} is open.", number=case.number))
    reopen(work, case, form.reason)
    return case


@acts
def activate(work: Work, pack: Pack, active_from: datetime, procedures: Procedures) -> ProcedureActivated:
    """From a moment on cases are registered under this version; every service gets the whole pack."""
    event = activation_of(pack, active_from)
    if pack in procedures:
        if procedures.pack(pack.id, pack.version) != pack:
            sentence = _(
                "{procedure} {version} is here with other rules. Give the changed pack a new version.",
                procedure=pack.id,
                version=pack.version,
            )
            raise Refused(sentence)
        return event
    procedures.add(work, pack.canonical, active_from)
    return work.publish(event.model_copy(update={"procedure": pack.id, "procedure_version": pack.version}))


def _written_down(work: Work, brought: Registration, register: str, number: str) -> Case:
    form, who = brought.form, brought.customer
    kind = brought.pack.intake.kinds[form.kind]
    return Case(
        id=work.key,
        number=number,
        register_name=register,
        procedure=brought.pack.id,
        procedure_version=brought.pack.version,
        kind=form.kind,
        basic_kind=kind.basic,
        channel=form.channel,
        place=form.place or None,
        department=None,
        audience=kind.audience,
        status=CaseStatus.REGISTERED,
        round=1,
        sequence=0,
        content=form.content,
        remedy_sought=form.remedy_sought or None,
        customer_id=None,
        anonymous=who.anonymous,
        name=who.name or None,
        phone=who.phone or None,
        email=who.email or None,
        address=who.address or None,
        customer_kind=who.kind or None,
        acting_for=who.acting_for or None,
        language=who.language,
        contact_left=who.can_be_reached,
        wants_callback=form.wants_callback,
        received_at=brought.received_at,
        received_by=work.by.id if work.by else "",
        registered_at=work.now,
        facts=brought.facts,
        told=brought.told,
        handover=brought.handover.name if brought.handover else None,
        taken_over_at=work.now if brought.handover and brought.by_the_desk else None,
        taken_over_by=work.by.id if brought.handover and brought.by_the_desk and work.by else None,
    )


def _of_registering(work: Work, brought: Registration, rating: Rating) -> list[Judgement]:
    """The clauses that registering keeps, opens and shows."""
    pack, form = brought.pack, brought.form
    rules = pack.intake
    kind = rules.kinds[form.kind]
    written = (*rules.channels[form.channel].clauses, *rules.registers[kind.register_].clauses, *kind.clauses)
    judged = kept(dict.fromkeys(written), of="case")
    judged += [*brought.needs, *in_time(work, brought)]
    late = form.received_at is not None
    judged += guided(work, pack, "register", brought.known, form.guidance, of="case", entered_later=late)
    judged += of_rating(pack, rating, rating.facets)
    for rule in rating.open:
        judged += opened(rule.clauses, of=f"facet:{rule.name}")
    return judged


def _at_once(work: Work, brought: Registration) -> ResolvedAtOnce | None:
    """What was done while the case was taken down, for dispatch to take the steps of its duty."""
    spot = brought.form.on_the_spot
    if spot is None or work.by is None:
        return None
    return ResolvedAtOnce(
        by=work.by.id,
        name=work.by.name,
        at=work.now,
        outcome=spot.outcome,
        fields=spot.fields,
        necessary={name: one.model_dump() for name, one in spot.necessary.items()},
        guidance=brought.form.guidance,
    )


def _decided(work: Work, case: Case, brought: Registration, rating: Rating) -> Signature | None:
    """Whoever takes a case down may decide something by it: why, and their name, stay on record."""
    form = brought.form
    signature = signed(work, case, brought.pack, form.facets, rating.held, form.reason)
    if signature or form.reason:
        by = work.by.id if work.by else BY_RULE
        sign_off = signature.model_dump(mode="json") if signature else None
        judged = {held.facet: held.value for held in rating.held if held.criterion.signed}
        rated = {**judged, **form.facets}
        work.add(Assessment(work.new_id(), case.id, work.now, by, rated, {}, form.reason or None, sign_off))
    return signature


def _must_be_able_to_rate(work: Work, pack: Pack, facets: Iterable[str]) -> None:
    if work.by is None:
        return
    for rule in pack.intake.facets:
        if rule.name in facets and not may_rate(work.by, pack, rule.entry):
            desk = pack.title_of(rule.entry.rated_by)
            title = rule.entry.title
            raise Forbidden(
                _(
                    "{facet} is rated by {desk}.",
                    facet={"zh": title.zh, "en": title.en},
                    desk={"zh": desk.zh, "en": desk.en},
                )
            )


def _must_be_able_to_close(work: Work, case: Case) -> None:
    if work.by is not None and not may_close(work.by, work.pack(case.procedure, case.procedure_version)):
        raise Forbidden(_("Closing and reopening cases is not among your roles."))
