"""Measuring, and the invented lives that tests and measurements are fed with."""
