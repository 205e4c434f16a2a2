"""Corrective action: a matter of its own, with or without a case, whose work is done by duties until it is effective.

It is kept and numbered as a case is, under a key of its own, and its duties go the way of all duties. What brought it
about hears from it when it has ended.
"""
