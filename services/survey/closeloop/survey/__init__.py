"""Asks customers in writing and counts the answers."""
