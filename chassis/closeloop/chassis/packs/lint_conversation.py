"""The conversation in intake.yaml: its ways in are there."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import Tables, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Intake


def check_conversation(source: Source, tables: Tables) -> Iterator[Fault]:
    """Channels that stand nowhere, and answers that nobody asks for."""
    intake = source.parts["intake"]
    assert isinstance(intake, Intake)
    said = intake.conversation
    if said is None:
        return
    at = ("conversation", "channels")
    yield from known(source, "intake", at, "channel", said.channels, tables["channel"])
    if said.clarifying is not None and said.answering is None:
        sentence = "What is unclear is found out before it is answered, but no answer is asked for: add answering."
        yield source.fault("intake", ("conversation", "clarifying"), sentence)
