"""A corrective action begins: it has its number and its duties, or a person decides first whether it is needed."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.occasions import opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import ActionOpened
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Audience, Customer
from closeloop.contracts.vocabulary import BasicKind
from closeloop.dispatch.corrective.matter import ActionState, opening_of, rule_of, rules_for, said_of
from closeloop.dispatch.issuing.handing_out import hand_out
from closeloop.dispatch.limits.moments import begin_round
from closeloop.dispatch.model import HandledCase

DECIDE = "decide_action"


def begin_action(timer: Timer, work: Work) -> None:
    """What brought it about said so; whoever decides is asked, else its first duties are issued."""
    if work.maybe(HandledCase) is None:
        begin(work, dict(timer.data))


def begin(work: Work, said: dict[str, Any]) -> HandledCase:
    """The matter with what brought it about."""
    pack = work.pack(said["procedure"], said["version"])
    rule = pack.dispatch.actions[said["action"]].entry
    opening = rule.opens[said["opening"]]
    header = _header(work, pack, said)
    action = HandledCase(
        id=work.key,
        number=header.number,
        round=1,
        place=said.get("place"),
        audience=str(rule.audience or header.audience),
        header={},
        content=said["because"],
        customer=Customer().model_dump(mode="json"),
        facts=dict(said.get("facts") or {}),
        action=said["action"],
        action_state=ActionState.ASKED if opening.decided_by else ActionState.OPEN,
        opened={
            "by": said["opening"],
            "called": said.get("called", said["opening"]),
            "at": work.now.isoformat(),
            **{name: said[name] for name in ("case", "case_number", "alarm", "desk", "person") if said.get(name)},
        },
    )
    work.add(action)
    if opening.decided_by is None:
        action.number = _next_number(work, rule.prefix, action.place)
    known = {"id": work.key, "number": action.number, "audience": Audience(action.audience)}
    action.header = header.model_copy(update=known).model_dump(mode="json")
    judging = [] if said.get("case") and rule.holds_case else opened(rule.clauses, of="action")
    told = ActionOpened(
        **said_of(action, rule.title),
        to_be_decided=opening.decided_by is not None,
        alarm_id=said.get("alarm"),
        because=said["because"],
    )
    work.publish(told, judging=judging)
    if opening.decided_by is None:
        carry_it_out(work, pack, action)
    else:
        _ask(work, pack, action, opening.decided_by)
    return action


def needed_after_all(work: Work, pack: Pack, action: HandledCase) -> None:
    """Somebody decided that it is needed: it has its number and its duties from now on."""
    action.number = _next_number(work, rule_of(pack, action).prefix, action.place)
    action.header = action.told.model_copy(update={"number": action.number}).model_dump(mode="json")
    action.action_state = ActionState.OPEN
    carry_it_out(work, pack, action)


def carry_it_out(work: Work, pack: Pack, action: HandledCase) -> None:
    """The duties of its round are issued."""
    begin_round(action, work.now)
    hand_out(work, rules_for(pack, action), action)


def _ask(work: Work, pack: Pack, action: HandledCase, role: str) -> None:
    title, what = rule_of(pack, action).title, opening_of(pack, action).title
    work.task(
        desk=role,
        kind=DECIDE,
        of="action",
        title=(f"请决定是否需要：{title.zh}（{what.zh}）", f"Decide whether this is needed: {title.en} ({what.en})"),
        url=action.url,
        place=action.place,
        audience=action.audience,
    )


def _next_number(work: Work, prefix: str, place: str | None) -> str:
    """The next number of the year where the place is, without a gap."""
    year = work.now.astimezone(work.calendar(place).zone).year
    return f"{prefix}-{year}-{work.number(f'action/{prefix}/{year}'):04d}"


def _header(work: Work, pack: Pack, said: dict[str, Any]) -> CaseHeader:
    """What is known of the case that brought it about; of an action without a case, its procedure and its place."""
    if said.get("header"):
        return CaseHeader.model_validate(said["header"]).model_copy(update={"round": 1})
    return CaseHeader(
        id=work.key,
        number=said.get("number", ""),
        kind=said["action"],
        basic_kind=BasicKind.COMPLAINT,
        procedure=pack.id,
        procedure_version=pack.version,
        place=said.get("place"),
        audience=Audience(said.get("audience") or Audience.INTERNAL),
        received_at=work.now,
        registered_at=work.now,
    )
