"""What events must have led to, and what the figures must add up to: each once, in order, told by whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from closeloop.contracts.loop import HEARS, SERVICES
from tests.faults.checker import Rule, Said
from tests.faults.evidence import Evidence, Row, by, event_of, moment, parts

ASSESSED, ROUND, CLOSED, REOPENED = "case.assessed.v1", "round.opened.v1", "case.closed.v1", "case.reopened.v1"
REGISTERED, ASSESSED = "case.registered.v1", "case.assessed.v1"
ISSUED, MARK = "duty.issued.v1", "mark.set.v1"
PLANNED, ATTEMPTED = "callback.planned.v1", "callback.attempted.v1"
STEPS = {
    "accept": "duty.accepted.v1",
    "assign": "duty.assigned.v1",
    "arrive": "duty.arrived.v1",
    "finish": "duty.finished.v1",
    "sign": "duty.signed.v1",
    "return": "duty.returned.v1",
}


def each_assessment_has_its_duty(evidence: Evidence) -> Said:
    """Whatever begins a round of a repair leads to exactly one work order, in the journal and among the duties."""
    causes = {told["id"]: told for told in evidence.told("intake", ASSESSED, ROUND, REOPENED)}
    issued = by(evidence.told("dispatch", ISSUED), "key")
    duties = by(evidence.of("dispatch", "duties"), "case_id")
    led_to = Counter(duty["says"]["cause"] for events in issued.values() for duty in events)
    for identity, told in causes.items():
        if led_to[identity] != 1:
            yield f"case {told['key']}", f"{told['subject']} {identity} led to {led_to[identity]} duties instead of 1"
    for identity in led_to.keys() - causes.keys():
        yield "dispatch", f"a duty was issued because of {identity}, which nobody told"
    for key in issued.keys() | duties.keys():
        told_of = sorted(duty["says"]["duty_id"] for duty in issued.get(key, ()))
        kept = sorted(duty["id"] for duty in duties.get(key, ()))
        if told_of != kept:
            yield f"case {key}", f"told of the duties {told_of}, but has {kept}"


def each_step_happened_once(evidence: Evidence) -> Said:
    """A step that was answered happened, no step happened twice, and none that nobody took."""
    took = {(step.case, STEPS[step.what], step.number) for step in evidence.promised.steps if step.what in STEPS}
    told = Counter(
        (event["key"], event["subject"], event["says"]["number"])
        for event in evidence.told("dispatch", *STEPS.values())
    )
    for case, subject, number in took - told.keys():
        yield f"duty {number} of case {case}", f"{subject} was answered, but is not in the journal"
    for (case, subject, number), times in told.items():
        if times > 1:
            yield f"duty {number} of case {case}", f"{subject} happened {times} times"
        if (case, subject, number) not in took:
            yield f"duty {number} of case {case}", f"{subject} happened, but nobody was answered so"


def each_customer_is_asked_once(evidence: Evidence) -> Said:
    """Each handled round leads to one callback, planned once if it is required; each attempt was kept and told once."""
    led_to = Counter(event["says"]["cause"] for event in evidence.told("callback", PLANNED))
    rows = by(evidence.of("callback", "callbacks"), "case_id", "round")
    for mark in evidence.told("dispatch", MARK):
        if mark["says"]["mark"] == "handled" and mark["says"]["is_set"]:
            found = rows.get((mark["key"], mark["says"]["round"]), [])
            if len(found) != 1:
                yield f"case {mark['key']}", f"the mark {mark['id']} led to {len(found)} callbacks instead of 1"
            elif led_to[mark["id"]] > 1 or (found[0]["required"] and not led_to[mark["id"]]):
                yield f"case {mark['key']}", f"the callback of {mark['id']} was planned {led_to[mark['id']]} times"
    took = Counter((step.case, step.number) for step in evidence.promised.steps if step.what == "ask")
    told = Counter((event["key"], event["says"]["number"]) for event in evidence.told("callback", ATTEMPTED))
    kept = Counter(
        (row["case_id"], int(row["callback_id"].rpartition(".")[2])) for row in evidence.of("callback", "attempts")
    )
    for place in sorted(took.keys() | told.keys() | kept.keys()):
        if not took[place] == told[place] == kept[place]:
            said = f"answered {took[place]}, told {told[place]}, kept {kept[place]}"
            yield f"callback {place[1]} of case {place[0]}", f"attempts: {said}"


def no_effect_is_there_twice(evidence: Evidence) -> Said:
    """One event never makes a service say the same thing twice."""
    for service in SERVICES:
        said = Counter(
            (event["says"]["cause"], event["subject"], _about(event["says"]))
            for event in evidence.told(service)
            if event["says"].get("cause")
        )
        for (cause, subject, _), times in said.items():
            if times > 1:
                yield service, f"{cause} led to {subject} {times} times"


def _about(says: Row) -> str:
    """What an event is about, without what differs between two tellings of the same thing."""
    return str([says.get(name) for name in ("rule", "round", "kind", "of", "mark", "is_set", "desk", "limit", "level")])


def effects_keep_the_order(evidence: Evidence) -> Said:
    """What a service said about a key because of one publisher follows the order in which that one told."""
    places = {told["id"]: (service, told["position"]) for service in SERVICES for told in evidence.told(service)}
    for service in SERVICES:
        last: dict[tuple[str, str], int] = {}
        for event in evidence.told(service):
            publisher, position = places.get(event["says"].get("cause") or "", ("", 0))
            if not publisher:
                continue
            if position < last.get((event["key"], publisher), 0):
                yield f"{service}, key {event['key']}", f"acted on {publisher}'s position {position} after a later one"
            last[event["key"], publisher] = position


def services_know_the_latest(evidence: Evidence) -> Said:
    """Dispatch and callback know each case as intake told it last."""
    last: dict[str, Row] = {}
    for event in evidence.told("intake", ASSESSED, ROUND, CLOSED, REOPENED):
        last[event["key"]] = event["says"]["case"]
    for service in ("dispatch", "callback"):
        known = {row["id"]: parts(row["header"]) for row in evidence.of(service, "cases")}
        for key, header in last.items():
            if key not in known:
                yield service, f"does not know case {key}"
            elif known[key]["sequence"] != header["sequence"]:
                yield service, f"knows case {key} as of {known[key]['sequence']}, intake told {header['sequence']} last"


def marks_stand_as_told(evidence: Evidence) -> Said:
    """Intake keeps of each mark what its publisher said last."""
    told = {
        (event["key"], event["says"]["round"], service, event["says"]["mark"]): bool(event["says"]["is_set"])
        for service in HEARS["intake"]
        for event in evidence.told(service, MARK)
    }
    rows = evidence.of("intake", "marks")
    kept = {(row["case_id"], row["round"], row["publisher"], row["mark"]): bool(row["is_set"]) for row in rows}
    yield from _differences("intake", "mark", told, kept)


def the_desk_is_as_told(evidence: Evidence) -> Said:
    """The common desk shows each task of the others from its opening to its closing."""
    tellers = [
        service for service, events in HEARS["dispatch"].items() if "task.opened.v1" in {e.subject for e in events}
    ]
    for service in tellers:
        opened = {event["says"]["task_id"]: True for event in evidence.told(service, "task.opened.v1")}
        for event in evidence.told(service, "task.closed.v1"):
            opened.pop(event["says"]["task_id"], None)
        rows = [row for row in evidence.of("dispatch", "desk_tasks") if row["service"] == service]
        yield from _differences(f"the desk, tasks of {service}", "task", opened, {row["id"]: True for row in rows})
        still = {row["id"]: True for row in evidence.of(service, "tasks") if row["closed_at"] is None}
        yield from _differences(f"tasks of {service}", "task", opened, still)


def satisfied_customers_close_their_case(evidence: Evidence) -> Said:
    """Who said to be satisfied has a closed case; who did not has another round."""
    said = {event["key"]: event["says"]["outcome"] for event in evidence.told("callback", ATTEMPTED)}
    rounds = Counter(event["key"] for event in evidence.told("intake", ROUND, REOPENED))
    complaints = Counter(
        event["key"] for event in evidence.told("callback", ATTEMPTED) if event["says"]["outcome"] == "dissatisfied"
    )
    for case in evidence.of("intake", "cases"):
        if rounds[case["id"]] != complaints[case["id"]] or case["round"] != 1 + complaints[case["id"]]:
            said_so, opened = complaints[case["id"]], rounds[case["id"]]
            what = f"{said_so} times dissatisfied, {opened} further rounds, in round {case['round']}"
            yield f"case {case['number']}", what
        if (said.get(case["id"]) == "satisfied") != (case["status"] == "closed"):
            yield f"case {case['number']}", f"the customer said {said.get(case['id'])}, the case is {case['status']}"


def figures_are_the_sum(evidence: Evidence) -> Said:
    """Stats has one row per case, duty and occasion, and each says what the others' own tables say."""
    intake, dispatch = evidence.of("intake", "cases"), evidence.of("dispatch", "duties")
    facts = {row["id"]: row for row in evidence.of("stats", "case_facts")}
    yield from _differences(
        "stats, cases", "case", {row["id"]: row["number"] for row in intake}, _each(facts, "number")
    )
    for column, at in (("round", int), ("closed_at", moment), ("received_at", moment), ("assessed_at", moment)):
        wanted = {row["id"]: at(row[column]) for row in intake}
        yield from _differences("stats, cases", column, wanted, _each(facts, column, at))
    at_once = [told for told in evidence.told("intake", ASSESSED) if told["says"].get("in_register")]
    written_down = [*evidence.told("intake", REGISTERED), *at_once]
    registered = {told["key"]: moment(told["says"]["occurred_at"]) for told in written_down}
    yield from _differences("stats, cases", "registered_at", registered, _each(facts, "registered_at", moment))

    handled: dict[str, datetime | None] = {}
    for told in evidence.told("dispatch", MARK):
        if told["says"]["mark"] == "handled" and told["says"]["is_set"]:
            handled.setdefault(told["key"], moment(told["says"]["occurred_at"]))
    found = {key: at for key, at in _each(facts, "handled_at", moment).items() if at}
    yield from _differences("stats, cases", "handled_at", handled, found)

    callbacks = Counter(event["key"] for event in evidence.told("callback", PLANNED))
    attempts = Counter(row["case_id"] for row in evidence.of("callback", "attempts") if row["counts"])
    for column, counted in (("callbacks_planned", callbacks), ("callbacks_made", attempts)):
        got = {key: n for key, n in _each(facts, column).items() if n}
        yield from _differences("stats, cases", column, counted, got)

    duties = {row["id"]: row for row in evidence.of("stats", "duty_facts")}
    returned = {row["id"]: moment(json.loads(row["steps"]).get("return", {}).get("at")) for row in dispatch}
    yield from _differences("stats, duties", "returned_at", returned, _each(duties, "returned_at", moment))
    issued = {row["id"]: moment(row["issued_at"]) for row in dispatch}
    yield from _differences("stats, duties", "issued_at", issued, _each(duties, "issued_at", moment))
    missed = Counter(event["says"]["duty_id"] for event in evidence.told("dispatch", "limit.missed.v1"))
    if sum(row["missed"] for row in evidence.of("stats", "limit_facts")) > sum(missed.values()):
        yield "stats, duties", "more limits missed than dispatch told of"


def occasions_are_the_sum(evidence: Evidence) -> Said:
    """Each occasion that a service told of stands in stats once, and ended as it was told last."""
    wanted = {
        judged["id"]: judged["end"]
        for service in SERVICES
        for event in evidence.told(service)
        for judged in event["says"].get("occasions", ())
    }
    found = {row["id"]: row["ended_as"] for row in evidence.of("stats", "occasion_facts")}
    yield from _differences("stats, occasions", "occasion", wanted, found)


def _each(rows: dict[str, Row], column: str, as_: Callable[[Any], Any] = lambda value: value) -> dict[str, Any]:
    return {key: as_(row[column]) for key, row in rows.items()}


def _differences(where: str, what: str, wanted: dict[Any, Any], found: dict[Any, Any], most: int = 5) -> Said:
    """What is missing, too much, or other than it should be; of many the first few."""
    said = [f"{what} {key} is missing" for key in wanted.keys() - found.keys()]
    said += [f"{what} {key} should not be there" for key in found.keys() - wanted.keys()]
    both: Iterable[Any] = wanted.keys() & found.keys()
    said += [f"{what} of {key} is {found[key]} instead of {wanted[key]}" for key in both if wanted[key] != found[key]]
    yield from ((where, sentence) for sentence in said[:most])
    if len(said) > most:
        yield where, f"and {len(said) - most} more like these"


def ids_tell_what_they_are(evidence: Evidence) -> Said:
    """An event's id names its key and sequence, so no two events share one."""
    for service in SERVICES:
        for entry in evidence.of(service, "journal"):
            wanted = f"{evidence.branch}.{service}.{entry['key']}.{entry['sequence']}"
            if event_of(entry)["id"] != wanted:
                yield service, f"journal entry {entry['seq']} says it is {event_of(entry)['id']}, it is {wanted}"


EFFECTS: tuple[Rule, ...] = (
    each_assessment_has_its_duty,
    each_step_happened_once,
    each_customer_is_asked_once,
    no_effect_is_there_twice,
    effects_keep_the_order,
    services_know_the_latest,
    marks_stand_as_told,
    the_desk_is_as_told,
    satisfied_customers_close_their_case,
    figures_are_the_sum,
    occasions_are_the_sum,
    ids_tell_what_they_are,
)
