"""Public holidays and the working days that make up for them, by country and year.

The library that knows them knows every country of the world: loading it takes more memory than a whole service. It is
therefore asked in a process of its own, for some years at once, and never again for the same ones.

`python -m closeloop.chassis.public_days CN 2026 2027` answers as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

YEARS_AHEAD = 2
ANSWERS_WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PublicDays:
    """A year of a country: days off, weekend days on which people work, and whether the notice is out."""

    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    is_published: bool = True


_KNOWN: dict[tuple[str, int], PublicDays] = {}
_ASKING = Lock()


def public_days(country: str | None, year: int) -> PublicDays:
    """The public days of a year; none without a country."""
    if country is None:
        return PublicDays()
    if (country, year) not in _KNOWN:
        with _ASKING:
            if (country, year) not in _KNOWN:
                _KNOWN.update(_asked(country, range(year, year + YEARS_AHEAD + 1)))
    return _KNOWN[country, year]


def _asked(country: str, years: Iterable[int]) -> dict[tuple[str, int], PublicDays]:
    words = [sys.executable, "-m", __name__, country, *map(str, years)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=ANSWERS_WITHIN_SECONDS)
    return {
        (country, int(year)): PublicDays(_days(said["off"]), _days(said["made_up"]), said["is_published"])
        for year, said in json.loads(done.stdout).items()
    }


def _days(written: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in written)


def _looked_up(country: str, year: int) -> dict[str, Any]:
    from holidays import country_holidays

    # The notice of the next year may move days of this December.
    public = country_holidays(country, years=(year, year + 1))
    notices = getattr(public, "special_public_holidays", {})
    return {
        "off": sorted(day.isoformat() for day in public if day.year == year),
        "made_up": sorted(day.isoformat() for day in public.weekend_workdays if day.year == year),
        "is_published": country != "CN" or year <= max(notices),
    }


if __name__ == "__main__":
    country, *years = sys.argv[1:]
    json.dump({year: _looked_up(country, int(year)) for year in years}, sys.stdout)
