"""Sealing: what is told of restricted matters can be read only by services that have the key of its audience.

Journal, chain, stream and backups hold the sealed event; whoever hears it without the key learns that there is a matter
and of which sort the event is, and keeps the message until the key is there. Values of all other events are not sealed
yet (docs/decisions/0008 and 0025).
"""

from closeloop.chassis.sealing.messages import Erased, Sealing, is_unreadable

__all__ = ["Erased", "Sealing", "is_unreadable"]
