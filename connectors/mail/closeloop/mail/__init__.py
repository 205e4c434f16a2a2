"""A connector: letters to people outside, by mail."""
