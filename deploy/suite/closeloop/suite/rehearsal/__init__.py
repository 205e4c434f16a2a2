"""Rehearsal: a procedure at work for some months before anybody works by it, with people who are made up."""
