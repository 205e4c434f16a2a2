"""What people do about a corrective action besides its duties: open one, decide whether one is needed."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import EffectCounted
from closeloop.dispatch.corrective.beginning import DECIDE, begin, carry_it_out, needed_after_all
from closeloop.dispatch.corrective.ending import another_round, end
from closeloop.dispatch.corrective.forms import DecideActionForm, OpenForm
from closeloop.dispatch.corrective.matter import ActionState, opening_of, rule_of
from closeloop.dispatch.corrective.opening import NEEDED
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps.handling import Handling

Desks = frozenset[str]


@acts
def open_action(work: Work, action: str, form: OpenForm, procedure: str, desks: Desks) -> HandledCase:
    """Whoever the procedure names finds one necessary, and says why."""
    pack = work.pack(procedure)
    rule = pack.dispatch.actions.get(action)
    if rule is None:
        raise NotFound()
    offered = {name: one for name, one in rule.entry.opens.items() if one.by is not None}
    name = form.opening or next((name for name, one in offered.items() if one.by in desks), None)
    clause = next(iter(rule.clauses), None)
    if name is None or name not in offered:
        title = rule.entry.title.model_dump()
        raise Refused(_("“{title}” is not opened by hand by you: the procedure says when.", title=title), clause=clause)
    opening = offered[name]
    if opening.by not in desks:
        desk = pack.title_of(str(opening.by)).model_dump()
        raise Refused(_("This is for “{desk}”.", desk=desk), clause=next(iter((*opening.clauses, clause)), None))
    if work.by is None or not work.by.at(form.place):
        raise NotFound()
    said = {"action": action, "opening": name, "procedure": pack.id, "version": pack.version}
    found = begin(work, {**said, "because": form.because, "place": form.place, "person": work.by.id})
    work.judge([*opened(opening.clauses, of="action:opened"), *kept(opening.clauses, of="action:opened")])
    return found


@acts
def decide_action(work: Work, form: DecideActionForm, desks: Desks) -> HandledCase:
    """Whether a corrective action is needed is decided by a person, who says why."""
    action, pack = _action_of(work)
    opening, rule = opening_of(pack, action), rule_of(pack, action)
    clause = next(iter((*opening.clauses, *rule.clauses)), None)
    if action.action_state != ActionState.ASKED:
        raise Refused(_("This was decided already. Load the page again."), clause=clause)
    if opening.decided_by not in desks:
        desk = pack.title_of(str(opening.decided_by)).model_dump()
        raise Refused(_("This is for “{desk}”.", desk=desk), clause=clause)
    assert work.by is not None
    action.opened = {
        **action.opened,
        "decided_by": work.by.id,
        "decided_at": work.now.isoformat(),
        "reason": form.reason,
    }
    work.done(DECIDE, of="action")
    if not form.needed:
        end(work, pack, action, "not_needed", form.reason)
        return action
    if action.opened.get("case"):
        told = {"action": action.action, "opening": action.opened["by"], "called": action.opened["called"]}
        work.tell(str(action.opened["case"]), NEEDED, **told)
    needed_after_all(work, pack, action)
    return action


def let_go_if_unfounded(timer: Timer, work: Work) -> None:
    """What brought it about does not hold any more: it is let go, unless somebody has begun with it."""
    action = work.maybe(HandledCase)
    if action is None or action.closed_at is not None:
        return
    pack = work.pack(action.told.procedure, action.told.procedure_version)
    duties = work.all(Duty)
    begun = action.action_state != ActionState.ASKED and (
        bool(timer.data.get("undecided_only")) or any(duty.steps for duty in duties)
    )
    if begun:
        return
    for duty in duties:
        if duty.is_open:
            Handling.of_duty(work, duty).withdraw("no longer called for")
    work.done(DECIDE, of="action")
    end(work, pack, action, "unfounded")


def look_at_the_figures(effect: EffectCounted, work: Work) -> None:
    """The figures after its end are not lower: its measures are gone through again."""
    action = work.maybe(HandledCase)
    if action is None:
        return
    action.opened = {**action.opened, "counted": effect.model_dump(mode="json", include=_COUNTED)}
    if not effect.is_lower and action.action_state == ActionState.ENDED:
        pack = work.pack(action.told.procedure, action.told.procedure_version)
        another_round(work, pack, action, "counted")
        carry_it_out(work, pack, action)


_COUNTED = {"indicator", "before", "periods", "figures", "is_lower"}


def _action_of(work: Work) -> tuple[HandledCase, Pack]:
    action = work.one(HandledCase)
    if action.action is None or work.by is None or not work.by.at(action.place) or not work.by.hears(action.audience):
        raise NotFound()
    return action, work.pack(action.told.procedure, action.told.procedure_version)
