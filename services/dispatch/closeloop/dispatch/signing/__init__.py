"""Signing: who puts their name to the form of a duty, and when it is sealed."""
