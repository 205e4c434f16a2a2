"""What stats tells: a figure that nobody may overlook."""

from typing import ClassVar

from pydantic import Field

from closeloop.contracts.event import Event


class _AlarmTold(Event):
    """What every event of an alarm says of it."""

    publisher: ClassVar[str] = "stats"

    alarm: str
    """Name of the alarm in the pack."""
    alarm_id: str
    """Id of this time that it was raised."""
    indicator: str
    """Name of the indicator that it watches."""
    group: str | None = None
    """The group whose figures they are, such as `severity:minor`; none for the whole."""
    period: str
    """Period whose figure raised it: 2026-W03, 2026-01, 2026-Q1 ..."""


class AlarmRaised(_AlarmTold):
    """A figure rose as often in a row as the procedure says, or went beyond its threshold; said once for each run."""

    subject: ClassVar[str] = "alarm.raised.v1"

    periods: tuple[str, ...] = Field(min_length=1)
    """The periods of the run, the last of them that of the alarm."""
    figures: tuple[float, ...] = Field(min_length=1)
    """The figure of each of these periods."""
    late: bool = False
    """Whether it is said later than the procedure has it: stats was down, or a later fact changed a figure."""


class AlarmWithdrawn(_AlarmTold):
    """Later facts changed a figure so that there was no cause for the alarm."""

    subject: ClassVar[str] = "alarm.withdrawn.v1"
