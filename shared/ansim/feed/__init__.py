"""Feed: what partner agencies may know, by agreement. Agreements are data; everything they do not name is absent."""

from ansim.feed.agreements import Agreement, Agreements
from ansim.feed.cursor import BadCursor, Cursors
from ansim.feed.routes import routes

__all__ = ["Agreement", "Agreements", "BadCursor", "Cursors", "routes"]
