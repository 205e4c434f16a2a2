"""Sheets: the form of a duty as it is filled, shown and read."""
