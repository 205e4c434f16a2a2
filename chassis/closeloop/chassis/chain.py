"""The chain: in which order journal entries are published, each link hashed over the one before it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from closeloop.chassis.batch import Entry


class Link(NamedTuple):
    """The place of one entry: its position, the hash before it, its own."""

    position: int
    before: str
    hash: str
    entry: Entry


def chained(before: str, body: str) -> str:
    """The hash of a link: over the link before it and the entry as it was written down."""
    return sha256(before.encode() + body.encode()).hexdigest()


class Chain:
    """The last link, in the one process that lengthens the chain.

    While it is known, a batch gives its entries their places itself and hands them to the relay. Otherwise
    they wait in `unsent` until the relay has put them in their places.
    """

    def __init__(self) -> None:
        self.position, self.hash = 0, ""
        self.is_known = False
        self.is_certain = False
        """Whether this is the last link, also while others write entries and only the relay lengthens the chain."""
        self.busy = asyncio.Lock()

    def known(self, position: int, head: str) -> None:
        """The last link on disk; from here on batches lengthen the chain."""
        self.ends_with(position, head)
        self.is_known = True

    def ends_with(self, position: int, head: str) -> None:
        """The last link on disk, behind which entries may still wait for their places."""
        self.position, self.hash, self.is_certain = position, head, True

    def forget(self) -> None:
        """Somebody else may have lengthened it, or nobody knows whether we did."""
        self.is_known = self.is_certain = False

    def leave_to_the_relay(self) -> None:
        """Entries of others wait for their places: for a while no batch takes one."""
        self.is_known = False

    def links(self, entries: Sequence[Entry]) -> list[Link]:
        """The places that entries will take."""
        position, head = self.position, self.hash
        links: list[Link] = []
        for entry in entries:
            position += 1
            before, head = head, chained(head, entry.body)
            links.append(Link(position, before, head, entry))
        return links

    def lengthened(self, links: Sequence[Link]) -> None:
        """They are on disk."""
        if links:
            self.position, self.hash = links[-1].position, links[-1].hash
