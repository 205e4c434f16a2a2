"""A register of a million cases: made from a few that were really played, and what is asked of it."""
