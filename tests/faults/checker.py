"""The checker: reads what is on disk after a trial and names everything that was lost, doubled or put out of order.

It takes nothing from the services but their databases and streams, so that a fault of theirs cannot hide itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from closeloop.contracts.loop import HEARS, SERVICES
from tests.faults.evidence import Evidence, by, moment

NUMBER = re.compile(r"^(?P<series>.+)-(?P<serial>\d+)-\w$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: which rule, where, what."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} [{self.where}]: {self.what}"


Said = Iterator[tuple[str, str]]
Rule = Callable[[Evidence], Said]


def check(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong; an empty list is what the product promises."""
    from tests.faults.effects import EFFECTS

    return [Finding(rule.__name__, where, what) for rule in (*RULES, *EFFECTS) for where, what in rule(evidence)]


def nobody_was_answered_wrongly(evidence: Evidence) -> Said:
    """Who asks rightly and repeats what was not answered never gets a refusal or a fault."""
    for misfit in evidence.promised.misfits:
        yield "answers", misfit


def every_promise_is_in_the_register(evidence: Evidence) -> Said:
    """A case that was answered 201 is in the register, once, with its number; nothing else is."""
    said = by(evidence.of("intake", "cases"), "content")
    for content, (identity, number) in evidence.promised.registered.items():
        found = said.pop(content, [])
        if not found:
            yield number, "answered 201, but not in the register"
        elif len(found) > 1:
            yield number, f"registered {len(found)} times: {', '.join(sorted(row['number'] for row in found))}"
        elif (found[0]["id"], found[0]["number"]) != (identity, number):
            yield number, f"stands in the register as {found[0]['number']}"
    for rows in said.values():
        yield rows[0]["number"], "in the register, but nobody was answered so"


def numbers_have_no_gap_and_no_twin(evidence: Evidence) -> Said:
    """Each series of the register runs 1, 2, 3 … up to its counter."""
    serials: dict[str, list[int]] = {}
    for row in evidence.of("intake", "cases"):
        found = NUMBER.match(row["number"])
        if found is None:
            yield row["number"], "is no number of a register"
        else:
            serials.setdefault(found["series"], []).append(int(found["serial"]))
    for series, given in serials.items():
        yield from ((series, f"number {n} was given {times} times") for n, times in Counter(given).items() if times > 1)
        yield from ((series, f"number {n} is missing") for n in sorted(set(range(1, max(given) + 1)) - set(given)))
    last = sorted(row["n"] for row in evidence.of("intake", "counters"))
    if last != sorted(max(given) for given in serials.values()):
        yield "counters", f"stand at {last}, the register ends at {sorted(max(given) for given in serials.values())}"


def journals_are_whole(evidence: Evidence) -> Said:
    """Per key the events are numbered 1, 2, 3 … up to what the key itself says."""
    for service in SERVICES:
        told = by(evidence.of(service, "journal"), "key")
        for key, entries in told.items():
            sequences = sorted(entry["sequence"] for entry in entries)
            if sequences != list(range(1, len(sequences) + 1)):
                yield f"{service}, key {key}", f"the journal's sequences are {sequences}"
        for row in evidence.of(service, "keys"):
            if row["sequence"] != len(told.get(row["key"], ())):
                count = len(told.get(row["key"], ()))
                yield f"{service}, key {row['key']}", f"the key knows {row['sequence']} events, the journal {count}"


def nothing_is_unsent(evidence: Evidence) -> Said:
    """What is in the journal has its place in the chain."""
    for service in SERVICES:
        for row in evidence.of(service, "unsent"):
            yield service, f"journal entry {row['seq']} was never published"


def chains_hold(evidence: Evidence) -> Said:
    """Positions run 1, 2, 3 …, each journal entry has one, each hash is over the one before, keys keep their order."""
    for service in SERVICES:
        journal = {entry["seq"]: entry for entry in evidence.of(service, "journal")}
        links = sorted(evidence.of(service, "chain"), key=lambda link: int(link["position"]))
        linked = Counter(link["seq"] for link in links)
        yield from (
            (service, f"journal entry {seq} stands {n} times in the chain") for seq, n in linked.items() if n > 1
        )
        yield from (
            (service, f"journal entry {seq} is not in the chain") for seq in sorted(journal.keys() - linked.keys())
        )
        before, heads = "", dict[str, int]()
        for place, link in enumerate(links, 1):
            entry = journal.get(link["seq"])
            if link["position"] != place:
                yield service, f"position {place} is missing"
                break
            if entry is None:
                yield service, f"position {place} leads to journal entry {link['seq']}, which is gone"
                break
            if sha256(before.encode() + entry["body"].encode()).hexdigest() != link["hash"]:
                yield service, f"the hash at position {place} does not verify: the entry or the chain was changed"
                break
            if entry["sequence"] <= heads.get(entry["key"], 0):
                yield service, f"position {place} puts event {entry['sequence']} of {entry['key']} behind a later one"
            before, heads[entry["key"]] = link["hash"], entry["sequence"]


def streams_are_the_chains(evidence: Evidence) -> Said:
    """The stream holds what the chain says, in its order, each message once."""
    for service in SERVICES:
        journal = {entry["seq"]: entry for entry in evidence.of(service, "journal")}
        before, wanted = "", list[bytes]()
        for link in sorted(evidence.of(service, "chain"), key=lambda link: int(link["position"])):
            body = journal[link["seq"]]["body"] if link["seq"] in journal else "{}"
            wanted.append(f'{{"position":{link["position"]},"chain":"{before}",{body[1:]}'.encode())
            before = link["hash"]
        found = list(evidence.streams.get(service, ()))
        if len(found) != len(wanted):
            yield service, f"the stream holds {len(found)} messages, the chain {len(wanted)}"
        differing = [place for place, pair in enumerate(zip(found, wanted, strict=False), 1) if pair[0] != pair[1]]
        if differing:
            yield service, f"message {differing[0]} of the stream is not what the chain says"


def everything_was_heard(evidence: Evidence) -> Said:
    """Each hearer stands at the last event that concerns it, of each publisher."""
    for service in SERVICES:
        stands = {row["publisher"]: row["position"] for row in evidence.of(service, "positions")}
        for publisher, events in HEARS[service].items():
            subjects = {event.subject for event in events}
            last = max((told["position"] for told in evidence.told(publisher, *subjects)), default=0)
            at = stands.get(f"{evidence.branch}.{publisher}", 0)
            if at != last:
                yield service, f"heard {publisher} up to position {at}, it ends at {last}"


def nothing_is_parked(evidence: Evidence) -> Said:
    """No message was put aside."""
    for service in SERVICES:
        for row in evidence.of(service, "parked"):
            yield service, f"{row['subject']} of {row['key']} is parked: {row['reason']}"


def nothing_due_was_left(evidence: Evidence) -> Said:
    """No timer is due and still there."""
    for service in SERVICES:
        for row in evidence.of(service, "timers"):
            due = moment(row["due_at"])
            if due is not None and due <= evidence.now:
                yield service, f"the timer {row['id']} was due at {due:%H:%M:%S} and never fired"


RULES: tuple[Rule, ...] = (
    nobody_was_answered_wrongly,
    every_promise_is_in_the_register,
    numbers_have_no_gap_and_no_twin,
    journals_are_whole,
    nothing_is_unsent,
    chains_hold,
    streams_are_the_chains,
    everything_was_heard,
    nothing_is_parked,
    nothing_due_was_left,
)
