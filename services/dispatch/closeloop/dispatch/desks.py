"""Who answers for which desk, as every service sees it."""

from closeloop.chassis.people.desks import desks_by_right, desks_of, who_is_above

__all__ = ["desks_by_right", "desks_of", "who_is_above"]
