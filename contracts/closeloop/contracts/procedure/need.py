"""Needs: what must be there before somebody goes on."""

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry
from closeloop.contracts.vocabulary import Text


class Need(Entry):
    """What must be there before a case is registered, a step is taken, something is signed or a job is done.

    Without it the act is refused, with the clauses; where it does not apply, or a person says with a reason that it is
    not necessary, nothing is asked.
    """

    title: Text
    """What is asked of the desk, such as: at least two ways out are written down."""
    when: Condition = ALWAYS
    """Cases in which it is asked; while that is not known, the act waits."""
    when_necessary: bool = False
    """Whether a person decides that it is necessary; a no names its reason."""
    that: Condition
    """What must hold: of the facts of the case, of the form as it would be then, and of the duties of a rule."""
