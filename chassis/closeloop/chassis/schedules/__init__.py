"""Schedules: what a procedure has done again and again, opened at its moment by the service whose job it is."""

from closeloop.chassis.schedules.job import JobState, ScheduledJob

__all__ = ["JobState", "ScheduledJob"]
