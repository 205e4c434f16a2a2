"""Hearing: which functions of a service act on which events, due timers and told jobs."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar, overload

from closeloop.chassis.attachments.hooks import Belonging
from closeloop.chassis.connectors.letter import Letter
from closeloop.chassis.reading import Read
from closeloop.chassis.schedules.hooks import FIGURES, INPUTS, JobDone, JobHook, LooksFirst, OpensJob
from closeloop.chassis.signing.hooks import SigningHook
from closeloop.chassis.work import Work
from closeloop.contracts.event import Event, Judged
from closeloop.contracts.loop import HEARS

Handler = TypeVar("Handler", bound=Callable[..., None])
HearsOfLetter = TypeVar("HearsOfLetter", bound=Callable[[Letter, Work], None])
KeysOf = Callable[[Any], tuple[str, ...]]
Reads = Callable[[Read, Any], Awaitable[Any]]
"""Looks at the service's tables before a piece is queued; what it answers is handed to the handler as `found`."""


def as_it_is(message: bytes) -> bytes:
    """A message that nobody sealed."""
    return message


def key_of(event: Event) -> tuple[str, ...]:
    """The keys that an event is handled on: ordinarily its own."""
    return (event.key,)


class Hears:
    """`@hears` on a function takes the event from its first parameter's type; one handler per event."""

    def __init__(self) -> None:
        self.events: dict[type[Event], Callable[[Any, Work], None]] = {}
        self.keys: dict[type[Event], KeysOf] = {}
        self.dues: dict[str, Callable[..., None]] = {}
        self.reads: dict[str, Reads] = {}
        self.jobs: dict[str, JobHook] = {}
        self.sign_offs: dict[str, SigningHook] = {}
        self.settling: Callable[[Work], None] | None = None
        self.broken: Callable[[Work, list[Judged]], None] | None = None
        self.letters: dict[str, Callable[[Letter, Work], None]] = {}
        self.belonging: Belonging | None = None
        self.opens: Callable[[bytes], bytes] = as_it_is
        """Opens what was sealed for an audience."""

    @overload
    def __call__(self, handler: Handler) -> Handler: ...
    @overload
    def __call__(self, *, keys: KeysOf) -> Callable[[Handler], Handler]: ...
    def __call__(self, handler: Any = None, *, keys: KeysOf = key_of) -> Any:
        if handler is None:
            return partial(self.__call__, keys=keys)
        name = next(iter(handler.__annotations__))
        event = typing.get_type_hints(handler)[name]
        if event in self.events:
            raise TypeError(
                f"{event.__name__} is heard already, by {self.events[event].__name__}; call both reactions from there."
            )
        self.events[event], self.keys[event] = handler, keys
        return handler

    def due(self, kind: str, *, reads: Reads | None = None) -> Callable[[Handler], Handler]:
        """Called as `f(timer, work)` when a timer of this kind, set by `work.at`, is due.

        With `reads`, `await reads(read, timer)` looks at the tables first, and the handler is `f(timer, work, found)`.
        """

        def declare(handler: Handler) -> Handler:
            self.dues[kind] = handler
            if reads is not None:
                self.reads[kind] = reads
            return handler

        return declare

    def due_and_settled(self, kind: str, handler: Callable[..., None]) -> None:
        """A timer of the chassis: what it judges may settle a case, which the service says then."""

        def handle(timer: Any, work: Work) -> None:
            handler(timer, work)
            self.settle(work)

        self.due(kind)(handle)

    def told(self, name: str, *, reads: Reads | None = None) -> Callable[[Handler], Handler]:
        """Called as a piece of its own for what `work.tell(key, name, …)` asked for."""
        return self.due(f"told:{name}", reads=reads)

    def job(self, does: str, *, reads: LooksFirst | None = None) -> Callable[[OpensJob], OpensJob]:
        """Called as `f(job, work, found)` in the piece that opens a job of schedule.yaml that `does` this.

        With `reads`, `await reads(read, job)` looks at the tables first; `found` is what it answers, else None.
        """

        def declare(handler: OpensJob) -> OpensJob:
            hook = self.jobs.setdefault(does, JobHook())
            hook.opens, hook.reads = handler, reads
            return handler

        return declare

    def figures(self, looks: LooksFirst) -> LooksFirst:
        """`await looks(read, job)` finds the figures of a job that names some, when it is opened."""
        self.jobs.setdefault(FIGURES, JobHook()).reads = looks
        return looks

    def inputs(self, looks: LooksFirst) -> LooksFirst:
        """`await looks(read, job)` finds the inputs of a job that names some."""
        self.jobs.setdefault(INPUTS, JobHook()).reads = looks
        return looks

    def job_done(self, does: str) -> Callable[[JobDone], JobDone]:
        """Called as `f(job, work)` in the piece in which a person does such a job."""

        def declare(handler: JobDone) -> JobDone:
            self.jobs.setdefault(does, JobHook()).done = handler
            return handler

        return declare

    def job_looks(self, does: str) -> Callable[[LooksFirst], LooksFirst]:
        """`await looks(read, job)` looks at the tables in the moment in which a person does such a job.

        What it answers, plain JSON, stands in `job.found["seen"]` when the job is done.
        """

        def declare(looks: LooksFirst) -> LooksFirst:
            self.jobs.setdefault(does, JobHook()).looks = looks
            return looks

        return declare

    def signed(self, what: str, hook: SigningHook) -> None:
        """What the service says about a kind of thing that people sign: its name is the first part of its `of`."""
        self.sign_offs[what] = hook

    def settles(self, handler: Callable[[Work], None]) -> Callable[[Work], None]:
        """Called as `f(work)` after the chassis judged by itself: a record was read, a signer was late."""
        self.settling = handler
        return handler

    def letter(self, kind: str) -> Callable[[HearsOfLetter], HearsOfLetter]:
        """Called as `f(letter, work)` in the piece that notes how a letter of this kind went, on its key."""

        def declare(handler: HearsOfLetter) -> HearsOfLetter:
            self.letters[kind] = handler
            return handler

        return declare

    def belongs(self, looks: Belonging) -> Belonging:
        """`await looks(read, person, key)` finds to what people attach photos and scans here, if they may see it."""
        self.belonging = looks
        return looks

    def breaks(self, handler: Callable[[Work, list[Judged]], None]) -> Callable[[Work, list[Judged]], None]:
        """Called as `f(work, broken)` at the end of a piece of work in which clauses were breached, or attempts at them
        prevented."""
        self.broken = handler
        return handler

    def settle(self, work: Work) -> None:
        """The service says whether its occasions of this key are settled, if it holds anything open by them."""
        if self.settling is not None:
            self.settling(work)

    def join(self, other: Hears) -> None:
        """Take in what another part of the same service hears."""
        self.events |= other.events
        self.keys |= other.keys
        self.dues |= other.dues
        self.reads |= other.reads
        self.sign_offs |= other.sign_offs
        self.settling = other.settling or self.settling
        self.broken = other.broken or self.broken
        self.letters |= other.letters
        self.belonging = other.belonging or self.belonging
        for does, hook in other.jobs.items():
            mine = self.jobs.setdefault(does, JobHook())
            mine.opens, mine.reads = hook.opens or mine.opens, hook.reads or mine.reads
            mine.done, mine.looks = hook.done or mine.done, hook.looks or mine.looks

    def publishers(self, service: str) -> dict[str, list[type[Event]]]:
        """Whom this service listens to, and for what; what every service tells is heard from whom the loop says."""
        wanted: dict[str, list[type[Event]]] = {}
        for event in self.events:
            of_interest = [teller for teller, told in HEARS.get(service, {}).items() if event in told]
            for publisher in [event.publisher] if event.publisher else of_interest:
                wanted.setdefault(publisher, []).append(event)
        return wanted

    def piece(self, event: Event) -> tuple[tuple[str, ...], Callable[[Work], None]]:
        """The keys of an event, and what to run."""
        kind = type(event)
        return self.keys[kind](event), partial(_hear, self.events[kind], event)


def _hear(handler: Callable[[Any, Work], None], event: Event, work: Work) -> None:
    work.hearing(event)
    handler(event, work)
