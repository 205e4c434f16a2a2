"""Asks the customer after handling until satisfied."""
