"""Monitoring: the citizens' group, what it finds, and what platforms do about it."""
