"""Limits: which run, until when, what rests or is put off, and what follows when one passes."""
