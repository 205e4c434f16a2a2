"""What a callback found out stands with the facts of the case, and rates it where the procedure reads it so."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted
from closeloop.intake.columns import beside, beside_the_case, columns_of
from closeloop.intake.customers.handlers import note_what_was_said, the_profile
from closeloop.intake.loop import is_closed
from closeloop.intake.model import Assessment, Case, facts_of
from closeloop.intake.rating import go_on, of_rating

hears = Hears()


def what_was_found(callback: CallbackAttempted) -> tuple[str, ...]:
    """The case is read only where the callback found out something that may rate it, the profile where there is one."""
    keys = (callback.key, beside(callback.key)) if callback.facts else beside_the_case(callback)
    return (*keys, *the_profile(callback)) if callback.case.customer_id else keys


@hears(keys=what_was_found)
def note_the_attempt(callback: CallbackAttempted, work: Work) -> None:
    """The customer was asked, or nobody was reached; what was found out may rate the case."""
    columns = columns_of(callback, work)
    columns.asked_at, columns.outcome, columns.is_to_be_asked = callback.attempted_at, callback.outcome, False
    if callback.facts:
        rate_by_what_was_found(work, callback)
    if callback.case.customer_id:
        note_what_was_said(callback, work)


def rate_by_what_was_found(work: Work, told: CallbackAttempted) -> None:
    """The fields of the callback's form are facts from now on; a criterion over them gives its value."""
    case = work.one(Case, key=told.key)
    pack = work.pack(case.procedure, case.procedure_version)
    case.facts = {**case.facts, **told.facts}
    rating = pack.intake.rate(facts_of(case, pack), case.facets)
    fresh = {facet: value for facet, value in rating.facets.items() if case.facets.get(facet) != value}
    if not fresh:
        return
    before = case.rate(fresh, pack)
    work.add(Assessment(work.new_id(), case.id, work.now, told.caller, fresh, before))
    if not is_closed(case):
        go_on(work, case, pack, rating, of_rating(pack, rating, fresh), rated_before=before)
