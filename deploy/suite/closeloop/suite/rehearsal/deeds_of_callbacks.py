"""Customers are asked: how a case was handled, and whether what they answered in a survey is genuine."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from closeloop.contracts.procedure.callback import AskedOn
from closeloop.contracts.vocabulary import CallbackOutcome
from closeloop.suite.rehearsal.acting import Acting, Turn
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

SAID = {
    CallbackOutcome.SATISFIED: 0.80,
    CallbackOutcome.DISSATISFIED: 0.08,
    CallbackOutcome.UNREACHABLE: 0.10,
    CallbackOutcome.DECLINED: 0.02,
    CallbackOutcome.CONFIRMED: 0.80,
    CallbackOutcome.REFUTED: 0.10,
}
"""What comes of asking, of what may come of it."""
NOT_BY_THE_FORM = (CallbackOutcome.UNREACHABLE, CallbackOutcome.DECLINED)
VERIFIED = (CallbackOutcome.CONFIRMED, CallbackOutcome.REFUTED)


async def call(acting: Acting, turn: Turn) -> Answer | None:
    """The customer is asked, and says how it was; of an answer sheet, whether it is genuine."""
    if turn.task.case is None:
        return await _check_a_sheet(acting, turn)
    pack, path = acting.pack, f"/api/callback/callbacks/{part(_callback(turn))}"
    found = await acting.shown(path)
    known = {*VERIFIED} if found["verifies"] else {*pack.callback.loop.marks, CallbackOutcome.UNREACHABLE}
    body = _said(acting, turn, found, known)
    body["guidance"] = [rule.name for rule in pack.guidance.at("call_back", acting.facts_of(turn.task))]
    return await acting.house.post(turn.by, f"{path}/attempts", body)


async def arrange(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody says who asks the customer."""
    path = f"/api/callback/callbacks/{part(_callback(turn))}"
    found = await acting.shown(path)
    without = (turn.by,) if len(acting.staff.at(found["desk"])) > 1 else ()
    caller = acting.staff.who(found["desk"], *turn.dice, without=without)
    return await acting.house.post(turn.by, f"{path}/caller", {"caller": caller})


async def _check_a_sheet(acting: Acting, turn: Turn) -> Answer:
    path = f"/api/callback/sheets/{part(turn.task.key)}"
    found = await acting.shown(path)
    body = _said(acting, turn, found, VERIFIED)
    body["guidance"] = [rule.name for rule in acting.pack.guidance.at("call_back", {})]
    return await acting.house.post(turn.by, f"{path}/attempts", body)


def _said(acting: Acting, turn: Turn, found: dict[str, Any], known: Collection[CallbackOutcome]) -> dict[str, Any]:
    """What comes of asking once: on the record of the coverage where it has one."""
    pack = acting.pack
    coverage = pack.callback.said.coverage.get(found["coverage"] or "")
    record = coverage.record if coverage else None
    if record is not None and record.outcomes:
        known = {*record.outcomes, *({*known} & {*NOT_BY_THE_FORM})}
    weights = {outcome: share for outcome, share in SAID.items() if outcome in known}
    outcome = acting.chance.one_of(weights, *turn.dice, found["tries"])
    allowed = [rule.name for rule in pack.callback.forms_for(acting.facts_of(turn.task))]
    form = found.get("form") if found.get("form") in allowed or not allowed else allowed[0]
    body: dict[str, Any] = {"form": form, "note": "客户的话"}
    if record is not None and outcome not in NOT_BY_THE_FORM:
        body["fields"] = _on_the_record(acting, turn, record, outcome, found["tries"])
    if record is None or not record.outcomes or outcome in NOT_BY_THE_FORM:
        body["outcome"] = str(outcome)
    rule = next((rule.entry for rule in pack.callback.forms if rule.name == form), None)
    if rule is not None and rule.signature == "required":
        body["signature"] = {"means": "drawn", "signer": "客户"}
    return body


def _on_the_record(acting: Acting, turn: Turn, record: AskedOn, outcome: CallbackOutcome, tries: int) -> dict[str, Any]:
    fields, what = acting.pack.forms[record.form].fields, (turn.task.key, turn.task.of, tries)
    written = acting.hand.written(fields, record.fields, acting.house.now, *what)
    if outcome in record.outcomes:
        written |= acting.hand.to_hold(record.outcomes[outcome], fields, acting.house.now, *what)
    return written


def _callback(turn: Turn) -> str:
    return f"{turn.task.key}.{turn.number}"
