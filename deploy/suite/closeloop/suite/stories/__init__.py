"""The stories of a pack, played by its people through the services: they must come out as they are written."""

from closeloop.suite.stories import more_words as more_words
from closeloop.suite.stories import talking as talking
from closeloop.suite.stories.playing import Differs, Stage, play

__all__ = ["Differs", "Stage", "play"]
