"""The door of a process: who comes on top of what a service can work on is told at once to come again."""

from closeloop.chassis.door.door import Door, Room
from closeloop.chassis.door.protocol import at_this

__all__ = ["Door", "Room", "at_this"]
