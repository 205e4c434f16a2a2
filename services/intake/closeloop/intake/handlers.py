"""What intake does by itself: it keeps the marks of the others, and answers with another round or with closing."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.limits import missed_limit
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyRaised, DutyStepped
from closeloop.contracts.every import MarkSet
from closeloop.intake import attaching, columns, opening, verified
from closeloop.intake.conversation import posting
from closeloop.intake.conversation.model import ANSWERING
from closeloop.intake.conversation.told import note_what_was_told, the_case_and_its_talk
from closeloop.intake.customers import handlers as customers
from closeloop.intake.customers import merging
from closeloop.intake.finding import handlers as finding
from closeloop.intake.loop import is_closed, settle, settle_again
from closeloop.intake.model import Assessment, Case, Mark, facts_of
from closeloop.intake.raising import lift
from closeloop.intake.rating import go_on, of_rating

hears = Hears()
hears.join(attaching.hears)
hears.join(columns.hears)
hears.join(customers.hears)
hears.join(finding.hears)
hears.join(opening.hears)
hears.join(posting.hears)
hears.join(verified.hears)
hears.signed(merging.MERGE, merging.HOOK)


@hears
def keep_mark(told: MarkSet, work: Work) -> None:
    """What a service says about a round is kept; what it says about the current round moves the case."""
    case = work.one(Case)
    _keep(told, work)
    if told.round != case.round:
        return
    if is_closed(case):
        settle_again(work, case)
    else:
        settle(work, case)


@hears
def rate_higher(told: DutyRaised, work: Work) -> None:
    """A level gave the case up: it is rated higher with its history, and no fact pulls it down again."""
    case = work.one(Case)
    if told.id in case.raises:
        return
    pack = work.pack(case.procedure, case.procedure_version)
    case.raises = [*case.raises, told.id]
    criterion = pack.intake.criterion(told.facet, told.to, told.criterion)
    before = lift(work, case, pack, criterion, by=told.by, reason=told.reason)
    if not is_closed(case):
        rating = pack.intake.rate(facts_of(case, pack), case.facets)
        go_on(work, case, pack, rating, [], reason=told.reason, rated_before=before)


@hears(keys=the_case_and_its_talk)
def note_a_step(told: DutyStepped, work: Work) -> None:
    """What was rated with a step stands in the case too, and what the customer was told in the conversation."""
    case = work.one(Case, key=told.key)
    note_what_was_told(told, case, work)
    _rate_with_a_step(told, case, work)


def _rate_with_a_step(told: DutyStepped, case: Case, work: Work) -> None:
    """With who rated it so."""
    fresh = {facet: value for facet, value in told.rated.items() if case.facets.get(facet) != value}
    if not fresh:
        return
    pack = work.pack(case.procedure, case.procedure_version)
    before = case.rate(fresh, pack)
    work.add(Assessment(work.new_id(), case.id, work.now, told.by, fresh, before))
    if not is_closed(case):
        rating = pack.intake.rate(facts_of(case, pack), case.facets)
        go_on(work, case, pack, rating, of_rating(pack, rating, fresh), rated_before=before)


@hears.due("limit")
def say_that_a_limit_passed(timer: Timer, work: Work) -> None:
    """What was not taken over or answered in time breaches its clauses once; it stays on the desk."""
    if missed := missed_limit(work, timer):
        case = work.one(Case)
        work.judge(missed[1])
        case.sequence += bool(missed[1])
        if missed[0].name == ANSWERING and case.assessed_at and not is_closed(case):
            settle(work, case)


def _keep(told: MarkSet, work: Work) -> None:
    publisher = publisher_of(told)
    known = work.maybe(Mark, round=told.round, mark=told.mark, publisher=publisher)
    at = told.occurred_at or work.now
    if known is None:
        identity = f"{told.key}:{told.round}:{publisher}:{told.mark}"
        known = work.add(Mark(identity, told.key, told.round, told.mark, publisher, told.is_set, at, told.by))
    known.is_set, known.set_by = told.is_set, told.by
    known.reason = told.reason or known.reason
    if told.is_set:
        known.set_at, known.lifted_at = at, None
    else:
        known.lifted_at = at


def publisher_of(told: MarkSet) -> str:
    """The service that told it; it stands in the event's id, behind the branch."""
    parts = told.id.split(".")
    return parts[1] if len(parts) > 1 else ""
