"""What is done besides: customers are asked, names are put under things, records are read, periodic jobs are done."""

from __future__ import annotations

from typing import Any

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
NOT_WRITTEN = ("signature", "attachment")


async def call(acting: Acting, turn: Turn) -> Answer | None:
    """The customer is asked, and says how it was; of sheets nobody made up asks."""
    pack = acting.pack
    if turn.task.case is None:
        return None
    found = await acting.shown(f"/api/callback/callbacks/{part(_callback(turn))}")
    coverage = pack.callback.said.coverage.get(found["coverage"] or "")
    record = coverage.record if coverage else None
    verified = (CallbackOutcome.CONFIRMED, CallbackOutcome.REFUTED)
    known = {*pack.callback.loop.marks, CallbackOutcome.UNREACHABLE} if not found["verifies"] else {*verified}
    if record is not None and record.outcomes:
        known = {*record.outcomes, *(known & {*NOT_BY_THE_FORM})}
    weights = {outcome: share for outcome, share in SAID.items() if outcome in known}
    outcome = acting.chance.one_of(weights, *turn.dice, found["tries"])
    allowed = [rule.name for rule in pack.callback.forms_for(acting.facts_of(turn.task))]
    form = found["form"] if found["form"] in allowed or not allowed else allowed[0]
    body: dict[str, Any] = {"form": form, "note": "客户的话"}
    body["guidance"] = [rule.name for rule in pack.guidance.at("call_back", acting.facts_of(turn.task))]
    if record is not None and outcome not in NOT_BY_THE_FORM:
        fields, what = pack.forms[record.form].fields, (turn.task.key, turn.task.of, found["tries"])
        written = acting.hand.written(fields, record.fields, acting.house.now, *what)
        if outcome in record.outcomes:
            written |= acting.hand.to_hold(record.outcomes[outcome], fields, acting.house.now, *what)
        body["fields"] = written
    if record is None or not record.outcomes or outcome in NOT_BY_THE_FORM:
        body["outcome"] = str(outcome)
    rule = next((rule.entry for rule in pack.callback.forms if rule.name == form), None)
    if rule is not None and rule.signature == "required":
        body["signature"] = {"means": "drawn", "signer": "客户"}
    return await acting.house.post(turn.by, f"/api/callback/callbacks/{part(_callback(turn))}/attempts", body)


async def arrange(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody says who asks the customer."""
    found = await acting.shown(f"/api/callback/callbacks/{part(_callback(turn))}")
    without = (turn.by,) if len(acting.staff.at(found["desk"])) > 1 else ()
    caller = acting.staff.who(found["desk"], *turn.dice, without=without)
    path = f"/api/callback/callbacks/{part(_callback(turn))}/caller"
    return await acting.house.post(turn.by, path, {"caller": caller})


async def sign_off(acting: Acting, turn: Turn) -> Answer | None:
    """Somebody puts their name to what lies before them, or says yes to it."""
    path = f"/api/{turn.service}/sign-offs/{part(turn.task.url.rsplit('/', 1)[-1])}"
    shown = await acting.house.get(turn.by, path)
    said: dict[str, Any] = {"hash": shown["content_hash"]}
    if shown["decides"]:
        said["approves"] = True
    if shown["role"] == "customer":
        said["signer"] = "客户"
    form = acting.pack.forms.get(shown["form"] or "")
    own = _own_part(acting, turn, shown)
    if form is not None and own:
        said["fields"] = acting.hand.written(form.fields, own, acting.house.now, *turn.dice)
    return await acting.house.post(turn.by, path, said)


def _own_part(acting: Acting, turn: Turn, shown: dict[str, Any]) -> tuple[str, ...]:
    """The fields that the signer writes."""
    duty = (
        acting.duties.get((turn.task.key, int(shown["of"].split(":")[1]))) if shown["of"].startswith("duty:") else None
    )
    if duty is None:
        return ()
    rule = acting.pack.dispatch.duty(duty.rule).entry.signatures.get(shown["name"])
    return rule.fields if rule else ()


async def read(acting: Acting, turn: Turn) -> Answer | None:
    """Whoever was given sealed records says that they have read them."""
    answer = None
    for one in await acting.house.every(turn.by, f"/api/{turn.service}/to-read"):
        answer = await acting.house.post(turn.by, f"/api/{turn.service}/records/{part(one['record'])}/read", {})
    return answer


async def do_job(acting: Acting, turn: Turn) -> Answer | None:
    """A periodic job is done: callers are named, work is checked, the form is filled in."""
    path = f"/api/{turn.service}/jobs/{part(turn.task.key)}"
    job = await acting.house.get(turn.by, path)
    found = job["found"]
    waiting = [one for one in found.get("callbacks", ()) if not one["caller"] and not one["over"]]
    desk = next((rule.entry.desk.desk for rule in acting.pack.callback.coverage if rule.entry.desk.desk), None)
    if waiting and desk:
        callers = {one["id"]: acting.staff.who(desk, one["id"], without=(turn.by,)) or turn.by for one in waiting}
        await acting.house.post(turn.by, f"{path}/callers", {"callers": callers})
    for one in found.get("checks", ()):
        by = acting.staff.who(job["desk"], *turn.dice, one["attempt"], without=(one["caller"],)) or turn.by
        await acting.house.post(by, f"{path}/findings", {"findings": {one["attempt"]: {"finding": "correct"}}})
    rule = acting.pack.jobs[job["name"]]
    fields = {}
    if rule.form:
        about = acting.pack.forms[rule.form].fields
        asked = [
            name
            for name, one in about.items()
            if one.required and name not in found.get("fields", {}) and one.type not in NOT_WRITTEN
        ]
        fields = acting.hand.written(about, asked, acting.house.now, *turn.dice)
    missing = dict.fromkeys(rule.inputs, "本期没有")
    return await acting.house.post(turn.by, f"{path}/done", {"fields": fields, "note": "已完成", "missing": missing})


async def open_survey(acting: Acting, turn: Turn) -> Answer | None:
    """A planned survey goes out."""
    return await acting.house.post(turn.by, f"/api/survey/surveys/{part(turn.task.key)}/open", {})


async def close_survey(acting: Acting, turn: Turn) -> Answer | None:
    """No more answers are taken."""
    return await acting.house.post(turn.by, f"/api/survey/surveys/{part(turn.task.key)}/close", {})


async def set_parameters(acting: Acting) -> None:
    """Before the first case: whoever has to set a number of the procedure sets it."""
    day = acting.house.now.astimezone(acting.staff.calendar.zone).date().isoformat()
    for one in (await acting.shown("/api/callback/parameters"))["items"]:
        if one["value"] is None and one["set_by"] and (by := acting.staff.who(one["set_by"], one["name"])):
            body = {"value": 20, "from": day, "reason": "试行"}
            await acting.house.post(by, f"/api/callback/parameters/{part(one['name'])}", body)


def _callback(turn: Turn) -> str:
    return f"{turn.task.key}.{turn.number}"
