"""Guidance of a pack: every step at which a text is shown is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch
from closeloop.contracts.procedure.guidance import Guidances, GuidanceStep


def check_guidance(source: Source) -> Iterator[Fault]:
    """A text that nobody ever sees, since no duty has such a step or telling."""
    said, dispatch = source.parts.get("guidance"), source.parts["dispatch"]
    if not isinstance(said, Guidances) or not isinstance(dispatch, Dispatch):
        return
    duties = dispatch.duties.values()
    steps = {*get_args(GuidanceStep), *(name for duty in duties for name in (*duty.steps, *duty.tells))}
    for name, text in said.guidance.items():
        yield from known(source, "guidance", ("guidance", name, "at"), "step", text.at, sorted(steps))
