"""Values of a register's own columns, as every form has them."""

from closeloop.chassis.fields import fitting

__all__ = ["fitting"]
