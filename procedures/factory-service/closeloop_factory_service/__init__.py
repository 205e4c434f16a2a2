"""The procedure of a factory for customer complaints, visits and satisfaction surveys, as data."""
