"""The journal: every change of state is an event appended here, in the same transaction as the tables that show it."""

from ansim.journal.facts import Actor, Context, Fact, Recorded
from ansim.journal.memory import MemoryJournal
from ansim.journal.port import Journal, ReadRecord
from ansim.journal.postgres import PostgresJournal
from ansim.journal.projector import Projector
from ansim.journal.store import Store
from ansim.journal.stream import Stream
from ansim.journal.unit import Unit

__all__ = [
    "Actor",
    "Context",
    "Fact",
    "Journal",
    "MemoryJournal",
    "PostgresJournal",
    "Projector",
    "ReadRecord",
    "Recorded",
    "Store",
    "Stream",
    "Unit",
]
