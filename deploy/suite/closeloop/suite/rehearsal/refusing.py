"""What keeps a rehearsal from going on, in one sentence."""

from __future__ import annotations

from closeloop.chassis.i18n import Sentence

BAD_INPUT = 2


class CannotRehearse(Exception):
    """One sentence: what, where, what to do; and the exit code."""

    def __init__(self, sentence: Sentence, code: int = BAD_INPUT) -> None:
        super().__init__(sentence.en)
        self.sentence, self.code = sentence, code
