"""What people do in a story: each word with the request that somebody makes by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from closeloop.chassis.people import Person
from closeloop.contracts.procedure.scenario import Move
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.suite.stories.stage import GONE, Answer, Differs, Stage, Thing, part

Word = Callable[[Stage, Move], Answer]
WORDS: dict[str, Word] = {}
"""Word to what is done by it; whatever else a story says is a step of a duty."""
DRAWN = "M 20 120 L 60 60 L 110 150 L 160 80 L 240 130"
ATTEMPT = {"form", "outcome", "fields", "note", "signature", "unanswered", "answer_by", "guidance"}
"""What is said of an attempt itself; whatever else a story says stands on the form of the callback."""
ALIASES = {"return_duty": "return"}
OFFERED = {*KNOWN_STEPS, "reject", "extend", "track", "tell", "cannot_handle"}
"""What may be done with a duty of every procedure; any other word is a step of the pack's own."""


def word(name: str) -> Callable[[Word], Word]:
    """A word that stories may use."""

    def keep(does: Word) -> Word:
        WORDS[name] = does
        return does

    return keep


def do(stage: Stage, move: Move) -> Answer:
    """Somebody does what the story says."""
    assert move.does is not None
    return WORDS.get(move.does, take_a_step)(stage, move)


def somebody(stage: Stage, move: Move) -> str | None:
    """Who it is; nobody where the customer does it."""
    return None if move.by is None or move.by == "customer" else stage.people_at(move.by)[0].id


@word("register")
def register(stage: Stage, move: Move) -> Answer:
    """A case is taken down; from here on the story is about it."""
    said = dict(move.with_)
    facts = {**said, **said.get("fields", {}), **said.get("facets", {}), "place": stage.place}
    is_passed_on = move.does == "pass_on"
    texts = {"guidance": texts} if not is_passed_on and (texts := stage.texts("register", facts)) else {}
    body = {"procedure": stage.pack.id, **texts, **_at(stage), **said}
    answer = stage.post(somebody(stage, move), "/api/intake/cases", body)
    if answer.status_code == 201:
        stage.case, stage.action = answer.json(), None
    return answer


WORDS["pass_on"] = register


@word("take_over")
def take_over(stage: Stage, move: Move) -> Answer:
    """The desk takes over what others wrote down."""
    return stage.post(somebody(stage, move), f"/api/intake/cases/{part(stage.case_id)}/taking-over", {})


@word("assess")
def assess(stage: Stage, move: Move) -> Answer:
    """The case is rated."""
    body = {"reason": "", **move.with_}
    return stage.post(somebody(stage, move), f"/api/intake/cases/{part(stage.case_id)}/assessment", body)


@word("close")
def close(stage: Stage, move: Move) -> Answer:
    """A person closes the case."""
    return stage.post(somebody(stage, move), f"/api/intake/cases/{part(stage.case_id)}/closing", move.with_)


@word("reopen")
def reopen(stage: Stage, move: Move) -> Answer:
    """A closed case is taken up again."""
    return stage.post(somebody(stage, move), f"/api/intake/cases/{part(stage.case_id)}/reopening", move.with_)


@word("call_back")
def call_back(stage: Stage, move: Move) -> Answer:
    """The customer is asked, and what they said is written down."""
    said = {name: value for name, value in move.with_.items() if name in ATTEMPT}
    fields = {name: value for name, value in move.with_.items() if name not in ATTEMPT}
    return _about_callback(stage, move, "attempts", {**said, **({"fields": fields} if fields else {})})


@word("waive")
def waive(stage: Stage, move: Move) -> Answer:
    """Nobody asks this customer, for a reason of the procedure."""
    return _about_callback(stage, move, "waiver", dict(move.with_))


@word("do_job")
def do_job(stage: Stage, move: Move) -> Answer:
    """A periodic job is done: the latest one of this name that is open."""
    said = dict(move.with_)
    name = move.of or said.pop("job", None)
    if name not in stage.pack.jobs:
        raise Differs(f"there is no job {name} in schedule.yaml")
    service = stage.pack.jobs[name].service
    open_ = [one for one in stage.every(f"/api/{service}/jobs", name=name) if not one["done_at"]]
    if not open_:
        raise Differs(f"the job {name} is not open now")
    stage.job = f"/api/{service}/jobs/{part(open_[-1]['id'])}"
    return stage.post(somebody(stage, move), f"{stage.job}/done", said)


def take_a_step(stage: Stage, move: Move) -> Answer:
    """Somebody takes a step of a duty of the case."""
    said, step = dict(move.with_), str(move.does)
    step = ALIASES.get(step, step)
    duty = _the_duty(stage, move.of or said.pop("rule", None), step, move)
    if said.get("means") == "drawn":
        said = {"drawing": DRAWN, **said}
    if step == "finish":
        said = {"outcome": "solved", **said}
    guidance = [*stage.texts(step), *said.pop("guidance", ())]
    if (facets := said.pop("facets", None)) is not None:
        said["rates"] = facets
    at = step.replace("_", "-") if step in OFFERED else f"steps/{step}"
    path = f"/api/dispatch/cases/{part(duty['case'])}/duties/{duty['number']}/{at}"
    is_staff = move.by is not None and move.by != "customer"
    by = _who_has_it(stage, duty, stage.people_at(str(move.by), duty["place"])) if is_staff else None
    return stage.post(by, path, {**({"guidance": guidance} if guidance else {}), **said})


def _the_duty(stage: Stage, rule: Any, step: str, move: Move) -> Thing:
    """The duty that is meant: the one that the story names, else the latest open one that has this step."""
    duties = [one for one in stage.duties() if one["status"] != "withdrawn"]
    if rule is not None:
        named = [one for one in duties if one["rule"] == rule]
        if not named:
            raise Differs(f"the case has no duty {rule}")
        mine = [one for one in named if one["status"] not in GONE and one["desk"] in _desks(stage, move)]
        return (mine or named)[-1]
    steps: Mapping[str, Any] = {rule.name: rule.entry.steps for rule in stage.pack.dispatch.duties}
    open_ = [one for one in duties if one["status"] not in GONE]
    having = [one for one in open_ if step in steps.get(one["rule"], {}) or step in OFFERED - {*KNOWN_STEPS}]
    mine = [one for one in having if one["desk"] in _desks(stage, move)]
    if not (having or open_):
        raise Differs(f"no duty of the case is open, so nobody can {step}")
    return (mine or having or open_)[-1]


def _desks(stage: Stage, move: Move) -> set[str]:
    if move.by is None or move.by == "customer":
        return set()
    people = stage.people_at(move.by)
    return {move.by, *(one.department for one in people if one.department)}


def _who_has_it(stage: Stage, duty: Thing, people: Any) -> str:
    """Of several persons the one to whom the duty was given, else one of the department that has it."""
    meant: Person = next(
        (one for one in people if one.id == duty["worker"]),
        next((one for one in people if one.department == duty["desk"]), people[0]),
    )
    return meant.id


def _about_callback(stage: Stage, move: Move, what: str, said: Thing) -> Answer:
    found = list(stage.every("/api/callback/callbacks", case=stage.case_id))
    if not found:
        raise Differs("nobody is asked about this case: there is no callback")
    latest = max(found, key=lambda one: (one["round"], one["number"]))
    if said.get("signature", {}).get("means") == "drawn":
        said["signature"] = {"drawing": DRAWN, **said["signature"]}
    return stage.post(somebody(stage, move), f"/api/callback/callbacks/{part(latest['id'])}/{what}", said)


def _at(stage: Stage) -> Thing:
    return {} if stage.place is None else {"place": stage.place}
