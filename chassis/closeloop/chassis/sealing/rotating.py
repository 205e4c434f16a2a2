"""Rotating the key of an audience: whoever has only an old one reads nothing from the house's keys folder any more."""

from __future__ import annotations

from closeloop.chassis.sealing.audience_keys import NoRight
from closeloop.chassis.sealing.messages import Sealing


def rotate(sealing: Sealing, audience: str) -> tuple[int, int]:
    """A new key seals the keys of all matters; old ones are destroyed. The new number, and how many were renewed.

    Nothing that was written down changes: it is sealed by the keys of the matters, and these stay. Services may work
    meanwhile; a matter that one of them files by the old key at this moment is renewed by the service itself.
    """
    keys, matters = sealing.audiences, sealing.matters
    if not (numbers := keys.numbers(audience)):
        raise NoRight(audience)
    newest = numbers[-1] + 1
    keys.make(audience, newest)
    renewed = 0
    while again := matters.renew(audience):
        renewed += again
    for number in numbers:
        keys.destroy(audience, number)
    return newest, renewed
