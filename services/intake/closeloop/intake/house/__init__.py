"""The house itself, told by intake to all: who is away and who stands in, and what was approved to change."""
