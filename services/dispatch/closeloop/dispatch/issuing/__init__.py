"""Issuing: which duties a case gets, which may still come, and what is known for it."""
