"""Event → read tables (migrations/0001_read_tables.sql), in the transaction that appends the event."""

from ansim.journal import Projector
from victim_support.projections import cases, items, referrals, told_before

__all__ = ["projector"]

projector = Projector()
projector.include(referrals.projector)
projector.include(cases.projector)
projector.include(items.projector)
projector.include(told_before.projector)
