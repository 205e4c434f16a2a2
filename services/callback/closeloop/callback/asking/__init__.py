"""Asking: attempts, waivers, appointments, and the callback column of the form."""
