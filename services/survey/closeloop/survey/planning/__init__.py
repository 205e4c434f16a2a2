"""The plan of a survey: what it must say, what it must ask about, and who approves it."""
