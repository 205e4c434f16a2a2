"""How far the replay is: a line that is written over on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TextIO

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.serving import terminal_language

BAR = 24
ON_A_TERMINAL_SECONDS = 0.2
IN_LINES_SECONDS = 10.0


class Progress:
    """Tells how many cases came in, which day it is there, and how fast it goes."""

    def __init__(self, wanted: int, out: TextIO | None = None, seconds: Callable[[], float] = monotonic) -> None:
        self.wanted, self.out, self.seconds = wanted, out or sys.stdout, seconds
        self.taken = self.fresh = 0
        self._began = self._told = seconds()
        self._is_terminal = self.out.isatty()

    def skip(self, rows: int) -> None:
        """These came in before the replay was interrupted."""
        self.taken += rows

    def took(self, rows: int, at: datetime) -> None:
        """So many more cases came in; the clock shows this."""
        self.taken, self.fresh = self.taken + rows, self.fresh + rows
        pause = ON_A_TERMINAL_SECONDS if self._is_terminal else IN_LINES_SECONDS
        if self.seconds() - self._told >= pause:
            self.tell(at)

    def tell(self, at: datetime, *, last: bool = False) -> None:
        """Say it now."""
        self._told = self.seconds()
        rate = self.fresh / max(self._told - self._began, 0.001)
        said = _(
            "{taken} of {wanted} cases, {at}, {rate} cases/s",
            taken=self.taken,
            wanted=self.wanted,
            at=at.astimezone(HOME_ZONE).strftime("%Y-%m-%d %H:%M"),
            rate=f"{rate:.1f}",
        ).in_(terminal_language())
        if not self._is_terminal:
            self.out.write(f"{said}\n")
        else:
            full = BAR * self.taken // max(self.wanted, 1)
            self.out.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {said}\x1b[K{chr(10) if last else ''}")
        self.out.flush()
