"""A story from its first move to its last."""

from __future__ import annotations

from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure import Scenario
from closeloop.contracts.procedure.scenario import Move
from closeloop.suite.stories.seen import differences
from closeloop.suite.stories.stage import Differs, Organisation, Stage
from closeloop.suite.stories.words import do

__all__ = ["Differs", "Stage", "play"]


def play(story: Scenario, pack: Pack, organisation: Organisation) -> Stage:
    """Plays a story; `Differs` says at which move it does not come out as it is written, and how."""
    stage = Stage(organisation, pack, story.place)
    for number, move in enumerate(story.story, 1):
        try:
            _make(stage, move)
        except Differs as differs:
            raise Differs(f"move {number} of {len(story.story)} ({_said(move)}): {differs}") from None
    return stage


def _make(stage: Stage, move: Move) -> None:
    if move.after is not None:
        stage.pass_time(move.after)
    answer = None
    for _time in range(move.times if move.does else 0):
        answer = do(stage, move)
    if found := list(differences(stage, move.then, answer)):
        raise Differs("; ".join(found))


def _said(move: Move) -> str:
    who = f"{move.by} {move.does}" if move.does else "time passes"
    return f"after {move.after} {who}" if move.after is not None else who
