"""The pieces of a batch, one after the other on what was read: each is done, refused or parked on its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter, thread_time
from typing import Any

from closeloop.chassis.batch import Batch, Changes, CounterNotRead
from closeloop.chassis.piece import Outcome, Piece
from closeloop.chassis.refusals import Forbidden, Refusal, Refused, Stale
from closeloop.chassis.work import Surroundings, Work

FIRST_PAUSE_SECONDS = 1.0
"""Until a parked message is tried again; each further pause is longer."""

Learns = Callable[[list[tuple[str, float]], float], None]


def run_pieces(batch: Batch, around: Surroundings, learns: Learns) -> Changes:
    """Run what has not run yet, and add up what the batch writes."""
    took: list[tuple[str, float]] = []
    cpu, began = thread_time(), perf_counter()  # twice a batch: each question is a call into the kernel
    ended = began
    while batch.ran < len(batch.pieces):
        piece = batch.pieces[batch.ran]
        _run(batch, piece, around)
        batch.ran += 1
        started, ended = ended, perf_counter()
        took.append((piece.name, ended - started))
    learns(took, min(1.0, (thread_time() - cpu) / (ended - began)) if ended > began else 1.0)
    return batch.changes()


def may_be_a_repetition(piece: Piece) -> bool:
    """Whether what was refused may have been done already, by the same request."""
    return piece.idempotency is not None and not piece.is_first and isinstance(piece.outcome.error, Refusal)


def soon(now: datetime) -> datetime:
    """When a message that was parked is tried for the first time again."""
    return now + timedelta(seconds=FIRST_PAUSE_SECONDS)


def _run(batch: Batch, piece: Piece, around: Surroundings) -> None:
    outcome = piece.outcome = Outcome()
    if piece.source == "event" and _waits_behind_another(batch, piece):
        batch.park(piece, "waits behind an earlier message of the same key", tries=0, next_try_at=None)
        return
    point = batch.undo_point(piece)
    work = Work(batch, piece, around)
    try:
        if piece.if_match is not None and batch.keysets[piece.keys[0]].version != piece.if_match:
            raise Stale()
        outcome.result = piece.run(work)
        work.finish()
        _raise_versions(batch, point)
        if piece.shows:
            outcome.status, outcome.body = piece.shows(outcome.result, work)
    except Refusal as refusal:
        batch.undo(point)
        outcome.error = refusal
        if piece.source == "event":
            batch.park(piece, refusal.sentence.en, tries=1, next_try_at=soon(batch.now))
        elif isinstance(refusal, Refused | Forbidden) and not may_be_a_repetition(piece):
            work.record_refusal(refusal)
            batch.freeze(piece)
    except CounterNotRead:
        batch.undo(point)
        raise
    except Exception as bug:
        batch.undo(point)
        outcome.error = bug
        if piece.source == "event":
            batch.park(piece, f"{type(bug).__name__}: {bug}", tries=1, next_try_at=soon(batch.now))
    if piece.keys:
        outcome.version = batch.keysets[piece.keys[0]].version


def _waits_behind_another(batch: Batch, piece: Piece) -> bool:
    """Whether an earlier message of its key is parked."""
    return bool(piece.heard and piece.keys) and (piece.keys[0] in batch.parked or piece.keys[0] in batch.parked_now)


def _raise_versions(batch: Batch, point: tuple[Any, ...]) -> None:
    for keyset, snapshot in point[0]:
        if keyset.freeze(batch.dialect) or keyset.changed:
            keyset.version = snapshot[0] + 1
            keyset.changed = True
