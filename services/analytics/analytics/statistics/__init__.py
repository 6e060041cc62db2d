"""Exact statistics: one loop from the topics to the cells, the same live and in a rebuild."""
