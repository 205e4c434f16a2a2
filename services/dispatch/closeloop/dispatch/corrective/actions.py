"""What people do about a corrective action besides its duties: open one, decide whether one is needed."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import EffectCounted
from closeloop.contracts.procedure.corrective import CorrectiveAction, Opening
from closeloop.dispatch.corrective.beginning import DECIDE, begin, carry_it_out, needed_after_all
from closeloop.dispatch.corrective.ending import another_round, end
from closeloop.dispatch.corrective.forms import DecideActionForm, OpenForm
from closeloop.dispatch.corrective.matter import ActionState, opening_of, rule_of
from closeloop.dispatch.corrective.opening import NEEDED, open_for_a_case
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps.handling import Handling

Desks = frozenset[str]


@acts
def open_action(work: Work, action: str, form: OpenForm, procedure: str, desks: Desks) -> HandledCase:
    """Whoever the procedure names finds one necessary, and says why."""
    pack = work.pack(procedure)
    opening = _offered(pack, action, form, desks)[1]
    if work.by is None or not work.by.at(form.place):
        raise NotFound()
    said = {"action": action, "opening": opening.name, "procedure": pack.id, "version": pack.version}
    found = begin(work, {**said, "because": form.because, "place": form.place, "person": work.by.id})
    work.judge([*opened(opening.clauses, of="action:opened"), *kept(opening.clauses, of="action:opened")])
    return found


@acts
def open_action_about(work: Work, action: str, form: OpenForm, desks: Desks) -> dict[str, str]:
    """The same because of a case, which then waits for it; answers the id that the action gets."""
    case = work.one(HandledCase)
    if case.action is not None or work.by is None or not work.by.at(case.place) or not work.by.hears(case.audience):
        raise NotFound()
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    rule, opening = _offered(pack, action, form, desks)
    if case.closed_at is not None:
        raise Refused(_("The case is closed; open the action without it."), clause=next(iter(rule.clauses), None))
    called = f"{opening.name}:{len(case.actions) + 1}"
    key = open_for_a_case(work, pack, case, rule, opening, called=called, because=form.because, person=work.by.id)
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())
    return {"id": key}


def may_open(pack: Pack, desks: Desks) -> list[tuple[Rule[CorrectiveAction], Rule[Opening]]]:
    """What somebody with these desks may open when they find it necessary."""
    return [(rule, opening) for rule, opening in pack.dispatch.openings if opening.entry.by in desks]


def _offered(pack: Pack, action: str, form: OpenForm, desks: Desks) -> tuple[Rule[CorrectiveAction], Rule[Opening]]:
    rule = pack.dispatch.actions.get(action)
    if rule is None:
        raise NotFound()
    offered = [one for of, one in may_open(pack, desks) if of.name == action and form.opening in (None, one.name)]
    if not offered:
        title = rule.entry.title.model_dump()
        sentence = _("“{title}” is not yours to open: the procedure says what brings it about.", title=title)
        raise Refused(sentence, clause=next(iter(rule.clauses), None))
    return rule, offered[0]


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
