"""What is done besides: names are put under things, records are read, periodic jobs are done."""

from __future__ import annotations

from typing import Any

from closeloop.suite.rehearsal.acting import Acting, Turn
from closeloop.suite.rehearsal.deeds_of_accounts import empty
from closeloop.suite.rehearsal.deeds_of_surveys import plan_at
from closeloop.suite.rehearsal.house import part
from closeloop.suite.replay.site import Answer

NOT_WRITTEN = ("signature", "attachment")


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
    if rule.service == "survey" and not turn.tries:
        await plan_at(acting, job["desk"], turn.task.place)
    if rule.does == "empty_holder" and rule.about:
        await empty(acting, rule.about)
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
