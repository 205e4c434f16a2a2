"""Further words of stories: surveys from plan to end, decisions, sign-offs, what is given to customers."""

from __future__ import annotations

from typing import Any

from closeloop.contracts.procedure.scenario import Move
from closeloop.suite.stories.stage import Answer, Differs, Stage, Thing, part
from closeloop.suite.stories.words import DRAWN, somebody, word

SURVEYS = "/api/survey/surveys"
SIGN_OFF = {"approves", "reason", "opinion", "fields", "hash", "means", "signer", "witness", "drawing"}
"""What a signer says; whatever else a story says stands in the signer's part of the form."""


@word("plan_survey")
def plan_survey(stage: Stage, move: Move) -> Answer:
    """A survey is planned."""
    body = {"procedure": stage.pack.id, **({"survey": move.of} if move.of else {}), **move.with_}
    for name in ("purpose", "population"):
        if isinstance(body.get(name), str):
            body[name] = {"zh": body[name], "en": body[name]}
    return stage.post(somebody(stage, move), SURVEYS, body)


@word("approve_survey")
def approve_survey(stage: Stage, move: Move) -> Answer:
    """The plan is approved as it was read."""
    survey = _latest(stage)
    body = {"plan_hash": survey["plan_hash"], **move.with_}
    return stage.post(somebody(stage, move), f"{SURVEYS}/{part(survey['id'])}/approve", body)


@word("approve")
def approve(stage: Stage, move: Move) -> Answer:
    """Yes to what waits: the plan of a survey, or whatever else somebody has to decide."""
    planned = next(iter(stage.every(SURVEYS)), None)
    if planned is not None and planned["status"] == "planned":
        return approve_survey(stage, move)
    return sign_off(stage, move.model_copy(update={"with_": {"approves": True, **move.with_}}))


@word("reject")
def reject(stage: Stage, move: Move) -> Answer:
    """No, with its reason."""
    return sign_off(stage, move.model_copy(update={"with_": {"approves": False, **move.with_}}))


@word("open_survey")
def open_survey(stage: Stage, move: Move) -> Answer:
    """Forms go out from here on."""
    return stage.post(somebody(stage, move), f"{SURVEYS}/{part(_latest(stage)['id'])}/open", {})


@word("close_survey")
def close_survey(stage: Stage, move: Move) -> Answer:
    """No more answers are taken."""
    return stage.post(somebody(stage, move), f"{SURVEYS}/{part(_latest(stage)['id'])}/close", move.with_)


@word("hand_out")
def hand_out(stage: Stage, move: Move) -> Answer:
    """Forms go to an area."""
    return _moved(stage, move, "handed_out")


@word("bring_back")
def bring_back(stage: Stage, move: Move) -> Answer:
    """Forms come back from an area."""
    return _moved(stage, move, "brought_back")


@word("enter_sheet")
def enter_sheet(stage: Stage, move: Move) -> Answer:
    """What stands on a form that was brought back."""
    return stage.post(somebody(stage, move), f"{SURVEYS}/{part(_latest(stage)['id'])}/sheets", move.with_)


@word("arrange")
def arrange(stage: Stage, move: Move) -> Answer:
    """Somebody says who asks the customer, in which form and when."""
    found = list(stage.every("/api/callback/callbacks", case=stage.case_id))
    if not found:
        raise Differs("nobody is asked about this case: there is no callback")
    latest = max(found, key=lambda one: one["number"])
    return stage.post(somebody(stage, move), f"/api/callback/callbacks/{part(latest['id'])}/caller", move.with_)


@word("decide")
def decide(stage: Stage, move: Move) -> Answer:
    """Whether something is necessary, and why."""
    said = dict(move.with_)
    rule = move.of or said.pop("rule", None)
    path = f"/api/dispatch/cases/{part(stage.case_id)}/decisions/{part(rule)}"
    return stage.post(somebody(stage, move), path, said)


@word("issue_further")
def issue_further(stage: Stage, move: Move) -> Answer:
    """A further duty of a rule is issued."""
    path = f"/api/dispatch/cases/{part(stage.case_id)}/further/{part(move.of)}"
    return stage.post(somebody(stage, move), path, move.with_)


@word("turn_to")
def turn_to(stage: Stage, move: Move) -> Answer:
    """From here on the story is about a corrective action: the latest of its name; without a name about its case."""
    by, path = somebody(stage, move), "/api/dispatch/corrective-actions"
    if move.of is None:
        stage.action = None
        return stage.organisation.ask("GET", f"/api/intake/cases/{part(stage.case_id)}", by or stage.onlooker)
    found = sorted(stage.every(path, by, action=move.of), key=lambda one: str(one["opened_at"]))
    if not found:
        raise Differs(f"there is no corrective action {move.of}")
    stage.action = found[-1]
    return stage.organisation.ask("GET", f"{path}/{part(stage.matter_id)}", by or stage.onlooker)


@word("pay")
def pay(stage: Stage, move: Move) -> Answer:
    """Something is given to the customer."""
    said = {**({"payout": move.of} if move.of else {}), **move.with_}
    return stage.post(somebody(stage, move), f"/api/dispatch/cases/{part(stage.case_id)}/payments", said)


@word("ask_for_more")
def ask_for_more(stage: Stage, move: Move) -> Answer:
    """More than the ceiling is needed."""
    said = {**({"payout": move.of} if move.of else {}), **move.with_}
    return stage.post(somebody(stage, move), f"/api/dispatch/cases/{part(stage.case_id)}/payment-requests", said)


@word("give_approved")
def give_approved(stage: Stage, move: Move) -> Answer:
    """What was approved is given: the latest request."""
    shown = stage.sees(f"/api/dispatch/cases/{part(stage.case_id)}/payments")
    if not shown["requests"]:
        raise Differs("nobody asked for more than the ceiling")
    number = max(one["number"] for one in shown["requests"])
    path = f"/api/dispatch/cases/{part(stage.case_id)}/payment-requests/{number}/give"
    return stage.post(somebody(stage, move), path, move.with_)


@word("sign_off")
def sign_off(stage: Stage, move: Move) -> Answer:
    """A sign-off that waits for somebody is given: signed, approved, or sent back with a reason."""
    by, said = somebody(stage, move), dict(move.with_)
    service, rule = str(said.pop("service", "dispatch")), said.pop("rule", None)
    name = move.of or said.pop("signature", None)
    of_the_rule = {f"duty:{duty['number']}" for duty in stage.duties() if duty["rule"] == rule} if rule else set()
    waiting = [
        one
        for one in stage.every(f"/api/{service}/sign-offs", by, mine="true", state="waiting")
        if name in (None, one["name"])
        and (service != "dispatch" or one["key"] == stage.matter_id)
        and (rule is None or one["of"] in of_the_rule)
    ]
    if not waiting and rule is not None and name is not None:
        number = next(duty["number"] for duty in reversed(stage.duties()) if duty["rule"] == rule)
        asked = f"/api/dispatch/cases/{part(stage.matter_id)}/duties/{number}/signatures/{part(name)}"
        return stage.post(by, asked, {})
    if not waiting:
        raise Differs(f"no sign-off {name or ''} waits for {move.by}")
    path = f"/api/{service}/sign-offs/{part(waiting[-1]['id'])}"
    shown = stage.sees(path, by)
    if said.get("means") == "drawn":
        said = {"drawing": DRAWN, **said}
    written = {field: said.pop(field) for field in list(said) if field not in SIGN_OFF}
    decision = {"approves": True} if shown.get("decides") else {}
    part_of_theirs = {"fields": {**written, **said.pop("fields", {})}} if written or "fields" in said else {}
    read = {} if part_of_theirs else {"hash": shown["content_hash"]}
    return stage.post(by, path, {**read, **decision, **said, **part_of_theirs})


@word("read")
def read(stage: Stage, move: Move) -> Answer:
    """Whoever got a sealed record of the case says that they have read it: the latest one that they have to read."""
    by, answer = somebody(stage, move), None
    service, key = ("dispatch", stage.case_id) if move.of is None else _of_the_job(stage, move.of)
    for record in reversed(list(stage.every(f"/api/{service}/records", by, key=key))):
        answer = stage.post(by, f"/api/{service}/records/{part(record['id'])}/read", {})
        if answer.status_code < 300:
            break
    if answer is None:
        raise Differs(f"no record of the case is there for {move.by}")
    return answer


@word("put_on_list")
def put_on_list(stage: Stage, move: Move) -> Answer:
    """Somebody is a customer from now on."""
    return stage.post(somebody(stage, move), "/api/intake/customers", {"procedure": stage.pack.id, **move.with_})


def _of_the_job(stage: Stage, name: str) -> tuple[str, str]:
    """The service and key under which the record of a job is kept: the one that was done last."""
    if name not in stage.pack.jobs:
        raise Differs(f"there is no job {name} in schedule.yaml")
    service = stage.pack.jobs[name].service
    done = [one for one in stage.every(f"/api/{service}/jobs", name=name) if one["record"]]
    if not done:
        raise Differs(f"the job {name} was not done yet, so there is no record")
    return service, str(done[-1]["id"])


def _moved(stage: Stage, move: Move, way: str) -> Answer:
    said: dict[str, Any] = dict(move.with_)
    said[way] = said.pop("number", 1)
    return stage.post(somebody(stage, move), f"{SURVEYS}/{part(_latest(stage)['id'])}/movements", said)


def _latest(stage: Stage) -> Thing:
    found = list(stage.every(SURVEYS))
    if not found:
        raise Differs("no survey was planned")
    return found[0]
