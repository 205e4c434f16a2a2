"""Supervision: somebody other than the caller checks a share of the callbacks, and keeps a record."""
