"""As soon as a case is assessed somebody verifies what it says, where the procedure asks for it."""

from __future__ import annotations

from closeloop.callback.desks import desk_meant
from closeloop.callback.ending import end_waived, hold, pack_of, put_on_the_desk, say_whether_settled, tell_planned
from closeloop.callback.model import Callback, Case
from closeloop.callback.planning.plan import due, planned
from closeloop.chassis.work import Work


def verify(work: Work, case: Case) -> None:
    """One callback for the coverage that fits; rated otherwise, the one that fitted before is taken back."""
    header, pack = case.known, pack_of(work, case)
    facts = pack.facts_of(header, case.facts)
    coverage = pack.callback.verified_by(facts)
    for callback in work.all(Callback, verifies=True):
        if callback.is_open and not callback.reached and (coverage is None or callback.coverage != coverage.name):
            hold(work, callback, case)
    if coverage is None:
        say_whether_settled(work, case)
        return
    desk = desk_meant(coverage.entry.desk, header, case.facts, pack)
    known = work.maybe(Callback, verifies=True, coverage=coverage.name)
    if desk is None or (known is not None and not known.held):
        return
    callback = known or work.add(planned(work, case, header.round, coverage, desk, pack))
    callback.held, callback.required, callback.reason = False, True, "assessed"
    callback.due_at = due(work, coverage, 1, case, pack)
    exemption = pack.callback.exempted_by(facts)
    tell_planned(work, callback, case, pack)
    if exemption is not None:
        title = exemption.entry.title.zh
        end_waived(work, callback, case, exemption.name, note=title, exempting=exemption.clauses)
        return
    put_on_the_desk(work, callback, case)
    say_whether_settled(work, case)
