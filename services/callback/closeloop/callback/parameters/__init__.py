"""Parameters: numbers that the text of a procedure leaves to a role, set from a day on."""
