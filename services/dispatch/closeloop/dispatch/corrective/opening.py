"""What brings corrective actions about: a case whose facts ask for one, and an alarm; each is opened once."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.store.tables import Occasion, Timer
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.corrective import CorrectiveAction, Opening
from closeloop.contracts.stats import AlarmRaised
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.model import ACTION, Duty, HandledCase

BEGINS, UNFOUNDED = "action_begins", "action_unfounded"
"""What an action is told."""
NEEDED, OVER = "action_needed", "action_over"
"""What it tells the case that brought it about: somebody decided that it is needed; it need not be waited for."""


def open_what_is_due(work: Work, pack: Pack, case: HandledCase, facts: Facts) -> None:
    """A case brings about what its facts ask for, once; what they do not ask for any more is said to the action."""
    for action, opening in pack.dispatch.opened_by_cases:
        name = _called(opening, case.round)
        holds, known = opening.when.decide(facts), case.actions.get(name)
        if known is not None and known.get("over") != "unfounded":
            if holds is False and not known.get("over"):
                work.tell(known["id"], UNFOUNDED)
        elif holds and _is_reached(work, case, opening.entry):
            open_for_a_case(work, pack, case, action, opening, called=name)


def open_for_an_alarm(work: Work, pack: Pack, alarm: AlarmRaised) -> None:
    """An alarm brings about what names it, each time that it is raised."""
    for action, opening in pack.dispatch.openings:
        if opening.entry.alarm != alarm.alarm:
            continue
        run = zip(alarm.periods, alarm.figures, strict=True)
        figures = ", ".join(f"{period}: {figure:g}" for period, figure in run)
        what = f" {alarm.group}" if alarm.group else ""
        title = opening.entry.title
        judge_opening(work, opening, f"action:{opening.name}")
        begin_elsewhere(
            work,
            pack,
            action,
            opening,
            because=f"{title.zh} / {title.en}{what} ({figures})",
            place=alarm.place,
            alarm=alarm.alarm_id,
        )


def begin_elsewhere(work: Work, pack: Pack, action: Rule[CorrectiveAction], opening: Rule[Opening], **said: Any) -> str:
    """The action begins as a piece of work of its own, once this one is on disk; answers its key."""
    key = f"{ACTION}{work.new_id()}"
    told = {"action": action.name, "opening": opening.name, "procedure": pack.id, "version": pack.version, **said}
    work.tell(key, BEGINS, **told)
    return key


def drop_undecided_actions(work: Work, case: HandledCase) -> None:
    """The case is closed: what nobody has decided about by then need not be decided any more."""
    for one in case.actions.values():
        if not one.get("over"):
            work.tell(one["id"], UNFOUNDED, undecided_only=True)


def hear_that_it_is_needed(timer: Timer, work: Work) -> None:
    """Somebody decided that what a case brought about is needed: from now on the case waits for it."""
    case, of = work.one(HandledCase), f"action:{timer.data['called']}"
    action = _action(work, case, timer)
    opening = action.opens[str(timer.data["opening"])]
    work.judge([*kept(opening.clauses, of=of), *(opened(action.clauses, of=of) if action.holds_case else ())])
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


def hear_that_it_is_over(timer: Timer, work: Work) -> None:
    """What a case brought about has ended, or is not needed: the case need not wait for it any more."""
    case, name, how = work.one(HandledCase), str(timer.data["called"]), str(timer.data["how"])
    case.actions = {**case.actions, name: {**case.actions[name], "over": how}}
    judged = kept if how == "effective" else not_applicable
    still = [one.clause for one in work.all(Occasion, of=f"action:{name}") if one.ended_at is None]
    of_it = _action(work, case, timer).clauses if how == "not_needed" else ()
    work.judge(judged(dict.fromkeys((*still, *of_it)), of=f"action:{name}"))
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


def open_for_a_case(
    work: Work,
    pack: Pack,
    case: HandledCase,
    action: Rule[CorrectiveAction],
    opening: Rule[Opening],
    *,
    called: str,
    because: str | None = None,
    person: str | None = None,
) -> str:
    """The case waits for it from now on, unless somebody has to decide first; answers the key of the action."""
    of = f"action:{called}"
    key = begin_elsewhere(
        work,
        pack,
        action,
        opening,
        called=called,
        because=because or (case.opinion if opening.entry.each_round and case.opinion else case.content),
        place=case.place,
        case=case.id,
        case_number=case.number,
        header=case.told.model_dump(mode="json"),
        facts=known_facts(pack, case, work.all(Duty)),
        desk=_desk_before(work, pack),
        person=person,
    )
    case.actions = {**case.actions, called: {"id": key}}
    waits = action.entry.holds_case and opening.entry.decided_by is None
    work.judge([*_asked(opening, of), *(opened(action.clauses, of=of) if waits else ())])
    return key


def judge_opening(work: Work, opening: Rule[Opening], of: str) -> None:
    """What asks for an action is applicable, and kept by opening it."""
    work.judge(_asked(opening, of))


def _asked(opening: Rule[Opening], of: str) -> list[Judgement]:
    """What asks for an action is kept by opening it; where somebody decides, by the decision."""
    judging = opened(opening.clauses, of=of)
    return judging if opening.entry.decided_by else judging + kept(opening.clauses, of=of)


def _action(work: Work, case: HandledCase, timer: Timer) -> CorrectiveAction:
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    return pack.dispatch.actions[str(timer.data["action"])].entry


def _is_reached(work: Work, case: HandledCase, opening: Opening) -> bool:
    """Whether the duties are back after which it is opened."""
    duties = [duty for duty in work.all(Duty) if duty.round == case.round and not duty.is_gone]
    return all(
        any(duty.rule == name for duty in duties)
        and all(duty.state is DutyState.RETURNED for duty in duties if duty.rule == name)
        for name in opening.after
    )


def _desk_before(work: Work, pack: Pack) -> str:
    """The desk that handled the case last."""
    handled = [duty.issued_to for duty in work.all(Duty) if duty.at("return") is not None]
    return handled[-1] if handled else pack.head.desk


def _called(opening: Rule[Opening], round_: int) -> str:
    return f"{opening.name}:{round_}" if opening.entry.each_round else opening.name
