"""Intake: reports from the public page to a desk, and hand-offs that are done only when the receiver says so."""
