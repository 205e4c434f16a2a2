"""How the forms of a survey go out and come back, area by area."""
