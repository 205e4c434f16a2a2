"""A corrective action ends when everything is back and it works; else its measures are gone through once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from closeloop.chassis.occasions import kept, not_applicable
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import compiled
from closeloop.chassis.records import archive_records
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import ActionEnded, ActionRepeated
from closeloop.dispatch.corrective.matter import ActionState, rule_of, said_of
from closeloop.dispatch.corrective.opening import OVER
from closeloop.dispatch.deciding.model import Answer, Question
from closeloop.dispatch.issuing.coming import may_come
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.limits.moments import begin_round
from closeloop.dispatch.model import Duty, HandledCase

NOT_EFFECTIVE = "action_not_effective"
How = Literal["effective", "not_needed", "unfounded"]
STATE_AFTER: Mapping[How, ActionState] = {
    "effective": ActionState.ENDED,
    "not_needed": ActionState.NOT_NEEDED,
    "unfounded": ActionState.UNFOUNDED,
}


def goes_round_again(work: Work, pack: Pack, action: HandledCase) -> bool:
    """Whether another round has begun by this; where everything is back and works, the action has ended."""
    if action.action_state != ActionState.OPEN or not _is_all_back(work, pack, action):
        return False
    rounds = rule_of(pack, action).rounds
    if rounds is None or not compiled(rounds.when, {}).decide(known_facts(pack, action, work.all(Duty))):
        end(work, pack, action, "effective")
        return False
    another_round(work, pack, action, "verified")
    return True


def another_round(work: Work, pack: Pack, action: HandledCase, because: Literal["verified", "counted"]) -> None:
    """The measures did not work: whoever is to be warned by now is, and the round begins."""
    rule = rule_of(pack, action)
    rounds = rule.rounds
    action.facts = _stays_known(work, pack, action)
    action.round += 1
    action.action_state, action.closed_at = ActionState.OPEN, None
    action.header = action.told.model_copy(update={"round": action.round}).model_dump(mode="json")
    begin_round(action, work.now)
    judging = kept(rounds.clauses, of=f"action:round:{action.round}") if rounds is not None else []
    work.publish(ActionRepeated(**said_of(action, rule.title), because=because), judging=judging)
    if rounds is not None and rounds.warn and rounds.warn_after and action.round > rounds.warn_after:
        work.done(NOT_EFFECTIVE, of="action")
        work.task(
            desk=rounds.warn,
            kind=NOT_EFFECTIVE,
            of="action",
            title=(
                f"{rule.title.zh} {action.number}：已第{action.round}轮",
                f"{rule.title.en} {action.number}: round {action.round} already",
            ),
            url=action.url,
            place=action.place,
            audience=action.audience,
        )


def end(work: Work, pack: Pack, action: HandledCase, how: How, reason: str | None = None) -> None:
    """Nothing is left to be done; the case that brought it about hears so."""
    rule = rule_of(pack, action)
    action.action_state, action.closed_at = STATE_AFTER[how], work.now
    judged = kept if how == "effective" else not_applicable
    still = [one.clause for one in work.all(Occasion, of="action") if one.ended_at is None]
    work.publish(
        ActionEnded(**said_of(action, rule.title), how=how, reason=reason),
        judging=judged([clause for clause in rule.clauses if clause in still], of="action"),
    )
    work.done(NOT_EFFECTIVE, of="action")
    archive_records(work, pack)
    if action.opened.get("case"):
        work.tell(str(action.opened["case"]), OVER, action=action.action, called=action.opened["called"], how=how)


def _stays_known(work: Work, pack: Pack, action: HandledCase) -> dict[str, Any]:
    """What was written in duties that do not come again stays known; the rest is found out anew."""
    again = [rule for rule in pack.for_action(str(action.action)).dispatch.duties if rule.entry.again != "never"]
    anew = {name for rule in again for step in rule.entry.steps.values() for name in step.fields}
    facts = known_facts(pack, action, work.all(Duty))
    return {name: value for name, value in facts.items() if name not in anew}


def _is_all_back(work: Work, pack: Pack, action: HandledCase) -> bool:
    duties = work.all(Duty)
    mine = [duty for duty in duties if duty.round == action.round and not duty.is_gone]
    if not mine or any(duty.is_open for duty in mine):
        return False
    if any(one.round == action.round and one.answer is Answer.OPEN for one in work.all(Question)):
        return False
    facts = known_facts(pack, action, duties)
    decided = {one.rule for one in work.all(Question) if one.round == action.round and one.answer is not Answer.OPEN}
    has = {duty.rule for duty in mine}
    return not any(
        may_come(pack, action, duties, rule, facts, decided) for rule in pack.dispatch.duties if rule.name not in has
    )
