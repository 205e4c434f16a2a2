"""What is done for a case: it is rated, its duties are carried out step by step, and what is necessary is decided."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.packs.step_rules import StepOf
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.suite.rehearsal.acting import Acting, Issued, Turn
from closeloop.suite.rehearsal.bringing import weights_of
from closeloop.suite.rehearsal.deeds_of_accounts import book_later
from closeloop.suite.rehearsal.deeds_of_payouts import give
from closeloop.suite.rehearsal.hand import WORDS
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

NECESSARY = 0.5
UNSOLVED = 0.03
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"


async def assess(acting: Acting, turn: Turn) -> Answer | None:
    """Whoever rates the case rates what is open."""
    pack = acting.pack
    case = await acting.shown(f"/api/intake/cases/{part(turn.task.key)}")
    facts = {**acting.facts_of(turn.task), **case["fields"], **case["facets"]}
    rated = pack.intake.rate(facts, case["facets"])
    desk = turn.task.of.partition(":")[2]
    wanted = [rule.name for rule in rated.open if rule.entry.rated_by == desk]
    facets = {name: acting.chance.one_of(weights_of(pack, name), *turn.dice, name) for name in wanted}
    if not facets:
        return None
    body = {"facets": facets, "reason": "按所述情况判定"}
    return await acting.house.post(turn.by, f"/api/intake/cases/{part(turn.task.key)}/assessment", body)


async def take_over(acting: Acting, turn: Turn) -> Answer | None:
    """The desk takes over what others wrote down."""
    return await acting.house.post(turn.by, f"/api/intake/cases/{part(turn.task.key)}/taking-over", {})


async def answer(acting: Acting, turn: Turn) -> Answer | None:
    """What came by call or letter is answered; the reply is filed at once."""
    said = {"says": "answers", "answers": turn.number, "text": acting.chance.of(*turn.dice).choice(WORDS)}
    path = f"/api/intake/cases/{part(turn.task.key)}/messages"
    return await acting.house.post(turn.by, path, {**said, "filed_as": "客户来往卷"})


async def take_a_step(acting: Acting, turn: Turn) -> Answer | None:
    """The next step of a duty."""
    duty = await acting.duty_of(turn)
    if turn.task.kind not in acting.pack.dispatch.steps[duty.rule]:
        return None
    step = acting.pack.dispatch.steps[duty.rule][turn.task.kind]
    rule = acting.pack.dispatch.duty(duty.rule).entry
    if rule.tracking is not None and step.name == "finish":
        await track(acting, turn)
    if step.name == "finish":
        await give(acting, turn)
    body = _body_of(acting, turn, duty, step)
    where = step.name if step.name in KNOWN_STEPS else f"steps/{step.name}"
    answer = await acting.house.post(turn.by, f"{_at(turn)}/{where}", body)
    if answer.done:
        acting.took[turn.task.key, turn.number, step.name] = turn.by
        book_later(acting, turn.task.key)
        facts = {name: value for name, value in body["fields"].items() if not _is_personal(acting, duty, name)}
        acting.told[turn.task.key] = {**acting.told.get(turn.task.key, {}), **facts, **body.get("rates", {})}
    return answer


def barred(acting: Acting, turn: Turn) -> tuple[str, ...]:
    """Who may not take a step because they took one before."""
    duty = acting.duties.get((turn.task.key, turn.number))
    if duty is None or turn.task.kind not in acting.pack.dispatch.steps[duty.rule]:
        return ()
    entry = acting.pack.dispatch.steps[duty.rule][turn.task.kind].entry
    took = (acting.took.get((turn.task.key, turn.number, step)) for step in entry.not_by)
    return tuple(login for login in took if login is not None)


async def track(acting: Acting, turn: Turn) -> Answer | None:
    """Whoever follows a duty notes what they checked."""
    duty = await acting.duty_of(turn)
    follows = acting.pack.dispatch.duty(duty.rule).entry.tracked_by or acting.pack.head.desk
    by = acting.staff.who(follows, *turn.dice, "track") or turn.by
    return await acting.house.post(by, f"{_at(turn)}/track", {"note": "已跟踪"})


async def tell(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody is told how things stand."""
    body = {"what": turn.task.of.split(":")[2], "text": acting.chance.of(*turn.dice).choice(WORDS)}
    return await acting.house.post(turn.by, f"{_at(turn)}/tell", body)


async def come(acting: Acting, turn: Turn) -> Answer | None:
    """Whoever was called takes the duty over."""
    return await acting.house.post(turn.by, f"{_at(turn)}/accept", {})


async def read_notice(acting: Acting, turn: Turn) -> Answer | None:
    """Whoever was told of a step has read it."""
    step = turn.task.of.split(":")[2]
    return await acting.house.post(turn.by, f"{_at(turn)}/steps/{step}/read", {})


async def decide(acting: Acting, turn: Turn) -> Answer | None:
    """Whether a duty is necessary."""
    at = f"/api/dispatch/cases/{part(turn.task.key)}/decisions"
    asked = next((one for one in (await acting.shown(at))["items"] if one["number"] == turn.number), None)
    if asked is None:
        return None
    body: dict[str, Any] = {"needed": acting.chance.happens(NECESSARY, *turn.dice), "reason": "按实际情况"}
    rule = acting.pack.dispatch.duty(asked["rule"])
    if among := acting.pack.dispatch.to(rule).among:
        body["desks"] = [acting.chance.of(*turn.dice, "desk").choice(among)]
    return await acting.house.post(turn.by, f"{at}/{part(asked['rule'])}", body)


async def decide_action(acting: Acting, turn: Turn) -> Answer | None:
    """Whether a corrective action is needed."""
    body = {"needed": acting.chance.happens(NECESSARY, *turn.dice), "reason": "按实际情况"}
    return await acting.house.post(turn.by, f"/api/dispatch/corrective-actions/{part(turn.task.key)}/decision", body)


def _body_of(acting: Acting, turn: Turn, duty: Issued, step: StepOf) -> dict[str, Any]:
    """What is filled in with a step: what it asks for, what it needs, and on finishing whatever the form requires."""
    pack, entry, now = acting.pack, step.entry, acting.house.now
    form, facts = pack.forms[duty.form].fields, acting.facts_of(turn.task)
    own = [name for name, about in form.items() if about.from_ is None]
    wanted = {*entry.fields, *(name for name in own if form[name].required and step.name == "finish")}
    what = (turn.task.key, duty.number, duty.round)
    fields = acting.hand.written(form, [name for name in form if name in wanted], now, *what)
    held, necessary = acting.hand.needed(step.needs, {**facts, **fields}, form, now, *what)
    guidance = [rule.name for rule in pack.guidance.at(step.name, facts)]
    rates = {name: acting.chance.one_of(weights_of(pack, name), *turn.dice, name) for name in entry.rates}
    body: dict[str, Any] = {"fields": {**fields, **held}, "necessary": necessary, "guidance": guidance}
    if rates:
        body["rates"] = rates
    match step.name:
        case "assign":
            body["to"] = acting.staff.who(entry.to_role or duty.desk, *turn.dice, "worker")
        case "finish":
            unsolved = duty.round == 1 and acting.chance.happens(UNSOLVED, *turn.dice)
            body["outcome"] = "unsolved" if unsolved else "solved"
            if "result" not in fields:
                body["result"] = acting.chance.of(*turn.dice, "result").choice(WORDS)
        case "sign":
            body |= {"means": "drawn", "drawing": DRAWN, "signer": "客户", "opinion": "同意"}
    return body


def _is_personal(acting: Acting, duty: Issued, name: str) -> bool:
    about = acting.pack.forms[duty.form].fields.get(name)
    return about is None or about.personal


def _at(turn: Turn) -> str:
    return f"/api/dispatch/cases/{part(turn.task.key)}/duties/{turn.number}"
