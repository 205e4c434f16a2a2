"""What happened to a case, in the order in which it happened, in sentences that people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.reading import Read
from closeloop.chassis.sealing import is_unreadable
from closeloop.chassis.store.tables import JOURNAL
from closeloop.intake.conversation.model import WORDS
from closeloop.intake.handing_over import TAKE_OVER
from closeloop.intake.model import Case, Mark

Data = Mapping[str, Any]
REGISTERED, ASSESSED = "case.registered", "case.assessed"
TOLD_ELSEWHERE = frozenset({"task.opened.v1", "task.closed.v1", "occasions.judged.v1"})
"""What lies on desks is no part of a case's story; its effects are."""

MARKS: dict[str, tuple[Sentence, Sentence]] = {
    "handled": (_("Handling is done"), _("Handling is done: taken back")),
    "satisfied": (_("The customer is satisfied"), _("The customer is satisfied: taken back")),
    "dissatisfied": (_("The customer is not satisfied"), _("The customer is not satisfied: taken back")),
    "unreachable": (_("The customer could not be reached"), _("The customer could not be reached: taken back")),
    "waived": (_("No callback is needed"), _("No callback is needed: taken back")),
    "unsolved": (_("It stayed unsolved"), _("It stayed unsolved: taken back")),
    "occasions_settled": (_("Every clause is settled"), _("A clause is open again")),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a case."""

    at: datetime
    what: str
    by: str
    title: Sentence
    clauses: tuple[str, ...] = ()
    note: str | None = None
    tone: str = "neutral"

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "what": self.what,
            "by": self.by,
            "title": self.title.texts,
            "note": self.note,
            "clauses": list(self.clauses),
        }


async def timeline(read: Read, case: Case, marks: list[Mark], pack: Pack) -> list[Happened]:
    """What this service wrote down about the case, and the marks that it heard."""
    journal = select(JOURNAL).where(JOURNAL.c.key == case.id).order_by(JOURNAL.c.sequence)
    told = [(row["subject"], here.get().sealing.read(row["body"])) for row in await read.all(journal)]
    happened = [
        _of_journal(what, body, pack)
        for subject, body in told
        if _is_part_of_the_story(subject, body)
        for what in _acts_of(subject, body)
    ]
    for mark in marks:
        happened += _of_mark(mark)
    return sorted(happened, key=lambda one: (one.at, _rank(one.what)))


def _is_part_of_the_story(subject: str, body: Data) -> bool:
    return subject not in TOLD_ELSEWHERE or (subject == "task.closed.v1" and body["data"].get("kind") == TAKE_OVER)


def _acts_of(subject: str, body: Data) -> tuple[str, ...]:
    """What somebody did: a case that was rated as it was written down was registered and assessed."""
    what = subject.removesuffix(".v1")
    return (REGISTERED, ASSESSED) if what == ASSESSED and body["data"].get("in_register") else (what,)


def _rank(what: str) -> int:
    """At one moment: first what the desk did, then what was heard, then what followed from it."""
    if what.startswith("mark."):
        return 1
    return 2 if what in ("round.opened", "case.closed", "case.reopened") else 0


def name_of_mark(mark: str) -> Sentence:
    """What people call a mark."""
    return MARKS[mark][0] if mark in MARKS else _("Mark {mark}", mark=mark)


def _of_mark(mark: Mark) -> list[Happened]:
    is_set, lifted = MARKS.get(
        mark.mark, (_("Mark {mark}", mark=mark.mark), _("Mark {mark}: taken back", mark=mark.mark))
    )
    tone = "bad" if mark.mark in ("dissatisfied", "unsolved") else "good"
    said = [Happened(mark.set_at, f"mark.{mark.mark}", mark.set_by, is_set, note=mark.reason, tone=tone)]
    if mark.lifted_at:
        said.append(Happened(mark.lifted_at, f"mark.{mark.mark}.lifted", mark.set_by, lifted, tone="waiting"))
    return said


def _of_journal(what: str, body: Data, pack: Pack) -> Happened:
    data: Data = body["data"]
    title, tone = (_erased if is_unreadable(data) else _SAID.get(what, _something))(data, pack)
    clauses = dict.fromkeys(one["clause"] for one in data.get("occasions", ()) if _belongs_to(one, what, data))
    note = data.get("opinion") or data.get("reason") if what != "round.opened" else data.get("opinion")
    return Happened(
        datetime.fromisoformat(data.get("occurred_at") or body["time"]),
        what,
        data.get("by") or "intake",
        title,
        tuple(clauses),
        note,
        tone,
    )


def _belongs_to(occasion: Data, what: str, data: Data) -> bool:
    """Of a case that was registered and assessed at once, the clauses of rating belong to the assessment."""
    is_of_rating = occasion["of"].startswith("facet:")
    return not data.get("in_register") or what not in (REGISTERED, ASSESSED) or is_of_rating == (what == ASSESSED)


def _registered(data: Data, pack: Pack) -> tuple[Sentence, str]:
    channel = pack.intake.channels.get(data["channel"])
    by = {"zh": channel.title.zh, "en": channel.title.en} if channel else data["channel"]
    if any(one["of"] == f"case:{TAKE_OVER}" and one["end"] == "opened" for one in data.get("occasions", ())):
        number = data["case"]["number"]
        return _("Written down as {number} by another department, and passed on", number=number), "waiting"
    return _("Registered as {number}, by {channel}", number=data["case"]["number"], channel=by), "good"


def _assessed(data: Data, pack: Pack) -> tuple[Sentence, str]:
    again = bool(data.get("rated_before"))
    rated = {
        "zh": "、".join(rated_words(pack, data["facets"], "zh")),
        "en": ", ".join(rated_words(pack, data["facets"], "en")),
    }
    if not data["facets"]:
        return _("Assessed"), "info"
    return (
        _("Rated again: {rated}", rated=rated) if again else _("Assessed: {rated}", rated=rated)
    ), "waiting" if again else "good"


def _taken_over(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("The desk took it over"), "good"


def _round(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("Round {number} begins: {mark}", number=data["number"], mark=name_of_mark(data["reason"])), "bad"


def _closed(data: Data, pack: Pack) -> tuple[Sentence, str]:
    if data.get("how") == "person":
        return _("Closed by a person, after round {rounds}", rounds=data.get("rounds", 1)), "good"
    return _("Closed after round {rounds}", rounds=data.get("rounds", 1)), "good"


def _reopened(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("Opened again, round {number}", number=data["case"]["round"]), "bad"


def _refused(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("Refused: {sentence}", sentence=data["sentence"]), "waiting"


def _talked(data: Data, pack: Pack) -> tuple[Sentence, str]:
    said = WORDS.get((data["direction"], data["says"]))
    return _("In the conversation: {what}", what=said or data["says"]), "info"


def _erased(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("What was written down here cannot be read any more"), "neutral"


def _something(data: Data, pack: Pack) -> tuple[Sentence, str]:
    return _("Something else was written down"), "neutral"


_SAID: dict[str, Callable[[Data, Pack], tuple[Sentence, str]]] = {
    REGISTERED: _registered,
    ASSESSED: _assessed,
    "task.closed": _taken_over,
    "round.opened": _round,
    "case.closed": _closed,
    "case.reopened": _reopened,
    "attempt.refused": _refused,
    "message.written": _talked,
}


def rated_words(pack: Pack, facets: Mapping[str, str], language: str) -> list[str]:
    """The facets of a case with their values, as people call them."""
    words = []
    for rule in pack.intake.facets:
        if (value := facets.get(rule.name)) is not None:
            known = rule.entry.values.get(value)
            words.append(f"{rule.entry.title.in_(language)} {known.title.in_(language) if known else value}")
    return words
