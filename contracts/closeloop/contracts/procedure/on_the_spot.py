"""On the spot: what may be carried through while the case is taken down."""

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry


class OnTheSpot(Entry):
    """Whoever takes a case down may resolve it at once: every step, need and lock counts as if taken one by one."""

    when: Condition = ALWAYS
    """Cases for which it is allowed; while that is not known, it is not."""
