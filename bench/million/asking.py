"""What people ask of a large register, one question after the other, and how long each waits for its answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from bench.house import PROCEDURE
from bench.million.words import GIVEN, HOW, WHAT, WHERE
from closeloop.chassis.i18n import HOME_ZONE

ROUNDS = 100
WARM = 5
MONTHS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """A case that is in the register somewhere."""

    id: str
    number: str
    name: str
    phone: str


@dataclass(frozen=True)
class Question:
    """A question that is asked again and again, each time about something else."""

    name: str
    says: str
    service: str
    person: str
    path: Callable[[Random, Known], str]
    is_right: Callable[[Any, Known], bool] = lambda answer, known: bool(answer)


@dataclass(frozen=True, slots=True)
class Waited:
    """How long people waited, in milliseconds."""

    p50: float
    p99: float
    most: float
    cpu: float
    """CPU of the service and of the database for one answer; load hardly touches it."""
    nothing: int
    """Answers in which nothing was found."""


def _search(words: Callable[[Random, Known], str]) -> Callable[[Random, Known], str]:
    return lambda chance, known: f"/api/intake/cases?{urlencode({'q': words(chance, known)})}"


def _found(answer: Any, known: Known) -> bool:
    return bool(answer["items"])


def _this_one(answer: Any, known: Known) -> bool:
    return known.id in {item["id"] for item in answer["items"]}


def _month(chance: Random, path: str) -> str:
    today = datetime.now(HOME_ZONE)
    month = (today - timedelta(days=31 * chance.randint(1, MONTHS))).strftime("%Y-%m")
    return f"/api/stats/{path}?{urlencode({'procedure': PROCEDURE, 'period': month})}"


_DESK, _HEAD = "desk-1", "customer-service-head"
QUESTIONS: tuple[Question, ...] = (
    Question(
        "desk", "my tasks, of all services", "dispatch", "repair-leader", lambda chance, known: "/api/dispatch/tasks"
    ),
    Question(
        "duties", "duties not returned yet", "dispatch", _HEAD, lambda c, k: "/api/dispatch/duties?status=open", _found
    ),
    Question("register", "the register, newest first", "intake", _DESK, lambda c, k: "/api/intake/cases", _found),
    Question("register_page", "the page of the register, with its counts", "intake", _DESK, lambda c, k: "/intake"),
    Question("number", "search by number", "intake", _DESK, _search(lambda c, k: k.number), _this_one),
    Question("phone", "search by telephone number", "intake", _DESK, _search(lambda c, k: k.phone), _this_one),
    Question("name", "search by name", "intake", _DESK, _search(lambda c, k: k.name), _found),
    Question(
        "word", "search by a Chinese word of two characters", "intake", _DESK, _search(lambda c, k: _word(c)), _found
    ),
    Question(
        "rare_words",
        "search by two words that rarely stand together",
        "intake",
        _DESK,
        _search(lambda c, k: f"{c.choice(WHERE)}的{c.choice(WHAT[-9:])}{c.choice(HOW[-9:])}"),
    ),
    Question(
        "nothing", "search by a name that nobody has", "intake", _DESK, _search(lambda c, k: f"欧阳{c.choice(GIVEN)}")
    ),
    Question(
        "words_page",
        "the page with its counts, by a word",
        "intake",
        _DESK,
        lambda c, k: f"/intake?q={quote(_word(c))}",
    ),
    Question("case", "a case with its timeline", "intake", _DESK, lambda c, k: f"/api/intake/cases/{k.number}"),
    Question("indicators", "indicators of a month", "stats", _HEAD, lambda c, k: _month(c, "indicators")),
    Question("clauses", "clause matrix of a month", "stats", _HEAD, lambda c, k: _month(c, "clauses")),
)


def asked(
    urls: Mapping[str, str],
    tokens: Callable[[str], Mapping[str, str]],
    known: list[Known],
    rounds: int = ROUNDS,
    only: tuple[str, ...] = (),
    cpu: Callable[[], float] = time.process_time,
) -> Iterator[tuple[Question, Waited]]:
    """Every question so many times."""
    chance = Random(rounds)
    with httpx.Client(timeout=60) as client:
        for question in QUESTIONS:
            if only and question.name not in only:
                continue
            took, nothing, head = [], 0, {**tokens(question.person), "Accept": "application/json, text/html"}
            used = 0.0
            for n in range(rounds + WARM):
                if n == WARM:
                    used = cpu()
                about = chance.choice(known)
                url = urls[question.service] + question.path(chance, about)
                began = time.perf_counter()
                answer = client.get(url, headers=head)
                waited = (time.perf_counter() - began) * 1000
                if answer.status_code != 200:
                    raise RuntimeError(f"{url}: {answer.status_code} {answer.text[:300]}")
                if n >= WARM:
                    took.append(waited)
                    said = answer.json() if url.startswith(f"{urls[question.service]}/api") else answer.text
                    nothing += not question.is_right(said, about)
            used = (cpu() - used) / rounds * 1000
            took.sort()
            yield question, Waited(took[len(took) // 2], took[int(len(took) * 0.99)], took[-1], used, nothing)


def _word(chance: Random) -> str:
    return chance.choice([*WHAT, *HOW, *WHERE])[:2]
