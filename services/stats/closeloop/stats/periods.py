"""Periods as people name them; the same for every service."""

from closeloop.chassis.periods import BadPeriod, Span, period_of, read_period

__all__ = ["BadPeriod", "Span", "period_of", "read_period"]
