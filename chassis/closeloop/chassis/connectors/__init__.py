"""Connectors: what carries letters out of the house, tells a desk's group and writes files for other programs.

Each is a distribution of its own, found by entry point; whoever writes one needs `hooks` alone.
"""
