"""Customers of whom a profile is kept: known again when they come, with every case that they brought."""
