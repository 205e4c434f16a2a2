"""The clock on the wall of a running house is put an hour on, or an hour back, while people work."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.faults import trial
from tests.faults.deployment import Together
from tests.faults.preloaded import Preloaded

HOUR = 3_600
FOUNDED_HOURS_AGO = 24
JUMPS = {"an hour on": HOUR, "an hour back": -HOUR}


class WallClock(Preloaded):
    """What `shims/clock.c` says the time is: off by so many seconds, from the next look on."""

    def __init__(self) -> None:
        super().__init__("clock")
        self._file = self.folder / "off by"
        self.off_by = 0

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"CLOCK_OFF_BY": str(self._file)}

    @property
    def off_by(self) -> int:
        """Seconds."""
        return int(struct.unpack("=q", self._file.read_bytes())[0])

    @off_by.setter
    def off_by(self, seconds: int) -> None:
        with self._file.open("r+b" if self._file.exists() else "wb") as file:  # whoever has mapped it sees it change
            file.write(struct.pack("=q", seconds))


class Jumping(Together):
    """`closeloop up`, by a clock that jumps."""

    targets = tuple(JUMPS)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock, self.jumped = WallClock(), 0
        self._suite.under(self.clock.environment)

    async def start(self) -> None:
        """The house was founded some hours ago: no procedure is in force before somebody has put it in force."""
        self.clock.off_by = -FOUNDED_HOURS_AGO * HOUR
        await super().start()
        self.clock.off_by = 0

    async def kill(self, target: str) -> bool:
        """Nothing ends; only the time is another."""
        self.clock.off_by += JUMPS[target]
        self.jumped += 1
        return True

    async def ready(self) -> None:
        """In the end it is put right, so that what is due is due for the checker as well."""
        if self.jumped:
            self.clock.off_by = 0
        await super().ready()

    async def stop(self) -> None:
        await super().stop()
        self.clock.close()


async def jumps(folder: Path, *, seed: int, times: int) -> trial.Result:
    """People work while the clock jumps so many times."""
    return await trial.run(Jumping(folder), seed, times)
