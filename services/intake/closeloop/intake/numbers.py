"""Numbers of cases: gapless per register and year, read out on the telephone, and checked for slips of the tongue."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.contracts.procedure.intake import Register

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY"
"""Check characters: nothing that sounds or looks like another, so neither 0 and O nor 1 and I, and no Z beside 2."""
USUAL_BRANCH = "main"
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_STEP = 3  # a primitive root of 31: no two places of a number weigh the same


def period_of(register: Register, at: datetime, zone: ZoneInfo = HOME_ZONE) -> str:
    """The year or month in which the numbers of a register run; empty where they never begin again."""
    return _period(register.numbers, at, zone)


@lru_cache(maxsize=8)
def _period(numbers: str, at: datetime, zone: ZoneInfo) -> str:
    """All cases of a batch are registered at one moment."""
    pattern = {"year": "%Y", "month": "%Y%m", "running": ""}[numbers]
    return at.astimezone(zone).strftime(pattern) if pattern else ""


def number_of(register: Register, period: str, serial: int, branch: str = USUAL_BRANCH) -> str:
    """The number as it is written and said: branch, register, period, serial number, check character."""
    parts = [register.prefix, period, f"{serial:05}"]
    if branch != USUAL_BRANCH:
        parts.insert(0, branch.upper())
    plain = "-".join(part for part in parts if part)
    return f"{plain}-{check_of(plain)}"


def check_of(plain: str) -> str:
    """The check character of a number: it changes with any wrong digit and with any two that change places."""
    weight, total = 1, 0
    for character in reversed(plain):
        if character in _VALUES:
            weight = weight * _STEP % len(LETTERS)
            total += _VALUES[character] * weight
    return LETTERS[total % len(LETTERS)]


def is_sound(number: str) -> bool:
    """Whether the check character fits the rest of the number."""
    plain, _dash, check = number.rpartition("-")
    return bool(plain) and check_of(plain) == check
