"""Deciding: whether a duty is necessary, asked of whoever decides it."""
