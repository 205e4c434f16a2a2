"""When necessary: who decides whether a duty is needed, and which step waits for it."""

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part


class StepOf(Part):
    """A step of a duty."""

    duty: Name
    """Name of the duty."""
    step: Name
    """Its step."""


class Decision(Entry):
    """A person decides whether a duty is needed; a yes issues it, a no says why not."""

    when: Condition = ALWAYS
    """Cases in which somebody decides; in the others of its `when` the duty is simply due."""
    decided_by: Name
    """Role that decides."""
    before: StepOf | None = None
    """Step that is refused until it was decided; where none is named, it may be decided at any time, or never."""
