"""The procedure of a chain of branches for customer complaints on three levels, as data."""
