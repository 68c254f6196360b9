"""Doors for the clock: what is due, and the runner that does it."""
