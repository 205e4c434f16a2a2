"""The service whose tables are read: what looks at tables by itself has no request that knows it."""

from weakref import WeakKeyDictionary

from closeloop.chassis.procedures import Procedures
from closeloop.chassis.reading import Read
from closeloop.chassis.running import Running

_AT_WORK: WeakKeyDictionary[Read, Running] = WeakKeyDictionary()


async def lend(running: Running) -> None:
    """The service has started."""
    _AT_WORK[running.read] = running


def running_of(read: Read) -> Running:
    """The service to which the tables belong."""
    return _AT_WORK[read]


def procedures_of(read: Read) -> Procedures:
    """The procedures that it knows."""
    return _AT_WORK[read].procedures
