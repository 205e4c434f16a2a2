"""Replay: cases of a file come in at their own times, and simulated staff act through the API."""
