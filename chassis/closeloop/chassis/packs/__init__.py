"""Procedure packs: found, read with every line remembered, checked, and asked."""

from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.finding import installed_packs, load_pack, packs_for
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.packs.limit_rules import Due
from closeloop.chassis.packs.lint import LintReport, lint
from closeloop.chassis.packs.pack import Pack, canonical
from closeloop.chassis.packs.rating import Held, Rating
from closeloop.chassis.packs.rules import Rule

__all__ = [
    "BadPack",
    "Due",
    "Fault",
    "Held",
    "LintReport",
    "Pack",
    "Rating",
    "Rule",
    "canonical",
    "installed_packs",
    "lint",
    "load_pack",
    "moment_after",
    "packs_for",
]
