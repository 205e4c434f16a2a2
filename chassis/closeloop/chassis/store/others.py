"""What processes of one service tell each other through the database that they share.

A word says only that there is something to look at; what it is stands in the tables.
"""

from __future__ import annotations

CHANNEL = "closeloop"

ENTRIES = "entries"
"""The journal has entries that wait for their place in the chain: whoever leads gives it to them."""

AT_HAND = "at_hand"
"""Rows were added that every process has in memory: procedures in force, absences, organisations."""
