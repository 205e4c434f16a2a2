"""What people do with a limit that runs: put it off, let it rest, let it run on, as often and as long as they may."""

from __future__ import annotations

from datetime import timedelta

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.limit_changes import extend_limit, pause_limit, run_on
from closeloop.chassis.limits import Limit, limit_of
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.packs.limit_rules import LimitRule, Rest
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import LimitExtended, LimitMoved
from closeloop.dispatch.limits.forms import ExtendForm, PauseForm, RunOnForm
from closeloop.dispatch.limits.judging import Change, Holder, no_longer_overdue
from closeloop.dispatch.limits.missing import holder_of_limit
from closeloop.dispatch.model import Duty
from closeloop.dispatch.steps.handling import Handling

Desks = frozenset[str]


@acts
def put_off(work: Work, limit_id: str, form: ExtendForm, desks: Desks) -> Limit:
    """A limit is put off before it passes, by whoever may, as often and as long as the procedure allows."""
    on, limit, rule = _of(work, limit_id)
    _put_off(on, limit, rule, form, desks)
    return limit


@acts
def extend_limit_of_duty(work: Work, number: int, form: ExtendForm, desks: Desks) -> Duty:
    """A limit of a duty is put off: the one that is named, else the first that may be."""
    on = Handling.of(work, number)
    running = sorted(on.running(), key=lambda limit: limit.due_at)
    extensible = [limit for limit in running if on.pack.dispatch.limits[limit.name].extension]
    for limit in running if form.limit else extensible or running:
        if form.limit in (None, limit.name):
            _put_off(on.holder, limit, on.pack.dispatch.limit(limit.name), form, desks)
            return on.duty
    raise Refused(_("No such limit runs for this duty. Load the page again."))


@acts
def let_it_rest(work: Work, limit_id: str, form: PauseForm, desks: Desks) -> Limit:
    """A limit rests for a reason that counts; nobody can miss it meanwhile."""
    on, limit, rule = _of(work, limit_id)
    clause, title, pause = _clause(rule), rule.entry.title.model_dump(), rule.entry.pause
    if pause is None:
        raise Refused(_("The limit “{limit}” cannot rest.", limit=title), clause=clause)
    _may(on, rule, pause.by, desks)
    if pause.times is not None and limit.times("paused") >= pause.times:
        times = limit.times("paused")
        raise Refused(_("The limit “{limit}” rested {times} times already.", limit=title, times=times), clause=clause)
    if pause.reasons and form.reason not in pause.reasons:
        offered = ", ".join(pause.reasons)
        raise Refused(_("Say why it rests: one of {offered}.", offered=offered), clause=clause)
    until = moment_after(pause.at_most, work.now, on.calendar) if pause.at_most is not None else None
    pause_limit(work, limit.name, limit.of, reason=form.reason, note=form.note, until=until, clause=clause)
    no_longer_overdue(work, limit)
    said = pause.reasons.get(form.reason)
    words = f"{said.zh if said is not None else form.reason} {form.note}".strip()
    on.tell(Change(LimitMoved, limit, more={"because": "paused", "reason": words}))
    _look_again(on)
    return limit


@acts
def let_it_run_on(work: Work, limit_id: str, form: RunOnForm, desks: Desks) -> Limit:
    """A limit that rested runs on; what was left of it when it began to rest is left now."""
    on, limit, rule = _of(work, limit_id)
    if rule.entry.pause is not None:
        _may(on, rule, rule.entry.pause.by, desks)
    if not limit.rests:
        raise Refused(_("The limit does not rest."), clause=_clause(rule))
    _run_on(on, limit, rule)
    return limit


def run_on_by_itself(work: Work, timer: Timer) -> None:
    """It has rested as long as it may at a time."""
    limit = limit_of(work, timer)
    if limit is not None and limit.rests:
        on = holder_of_limit(work, limit)
        _run_on(on, limit, on.pack.dispatch.limit(limit.name))


def _put_off(on: Holder, limit: Limit, rule: LimitRule, form: ExtendForm, desks: Desks) -> None:
    clause, title, extension = _clause(rule), rule.entry.title.model_dump(), rule.entry.extension
    if extension is None:
        raise Refused(_("The limit “{limit}” cannot be put off.", limit=title), clause=clause)
    if extension.by not in desks:
        role = on.pack.title_of(extension.by).model_dump()
        raise Refused(_("The limit “{limit}” is put off by “{role}” only.", limit=title, role=role), clause=clause)
    if limit.times_extended >= extension.times:
        times = limit.times_extended
        raise Refused(_("The limit “{limit}” was put off {times} times already.", limit=title, times=times), clause)
    to = form.new_due_at or limit.due_at + timedelta(hours=form.hours or 0)
    if extension.at_most is not None and to > moment_after(extension.at_most, limit.first_due_at, on.calendar):
        most = str(extension.at_most)
        raise Refused(_("All extensions together may be {most} at most.", most=most), clause=clause)
    work, warn_at = on.work, rule.warnings(limit.started_at, to, on.calendar)
    before = extend_limit(work, limit.name, limit.of, to=to, reason=form.reason, clause=clause, warn_at=warn_at)[1]
    no_longer_overdue(work, limit)
    more = {"due_at": before, "new_due_at": to, "reason": form.reason}
    on.tell(Change(LimitExtended, limit, more={**more, "approved_by": work.by.id if work.by else None}))
    _look_again(on)


def _run_on(on: Holder, limit: Limit, rule: LimitRule) -> None:
    assert limit.paused_at is not None
    work, rested = on.work, Rest(limit.paused_at, on.work.now)
    ends = limit.by_length or limit.due_at
    by_length = rule.after_pause(limit.length, ends, rested, on.calendar)
    first = rule.after_pause(limit.length, limit.first_due_at, rested, on.calendar)
    by_fact = rule.by_fact(limit.started_at, on.facts, on.calendar)
    warn_at = rule.warnings(limit.started_at, min(by_length, by_fact or by_length), on.calendar)
    before = run_on(work, limit, by_length=by_length, by_fact=by_fact, first_due_at=first, warn_at=warn_at)
    on.tell(Change(LimitMoved, limit, more={"due_at": before, "because": "resumed", "new_due_at": limit.due_at}))
    _look_again(on)


def _of(work: Work, limit_id: str) -> tuple[Holder, Limit, LimitRule]:
    limit = work.one(Limit, id=limit_id)
    on = holder_of_limit(work, limit)
    if work.by is None or not work.by.at(on.case.place) or limit.name not in on.pack.dispatch.limits:
        raise NotFound()
    if on.duty is not None:
        on.duty.shown_to(work.by)
    return on, limit, on.pack.dispatch.limit(limit.name)


def _may(on: Holder, rule: LimitRule, by: str, desks: Desks) -> None:
    if by not in desks:
        title, role = rule.entry.title.model_dump(), on.pack.title_of(by).model_dump()
        sentence = _("Whether the limit “{limit}” rests is decided by “{role}” only.", limit=title, role=role)
        raise Refused(sentence, clause=_clause(rule))


def _clause(rule: LimitRule) -> str | None:
    return rule.entry.clauses[0] if rule.entry.clauses else None


def _look_again(on: Holder) -> None:
    """The duty stands in lists by its limits."""
    if on.duty is not None:
        handling = Handling.of_duty(on.work, on.duty)
        handling.look_at_limits()
        handling.ask_for_next_step()
