"""Conflicts of interest: a recused person sees nothing of a person's records (GlobaLeaks #4779, #3864).

keeping    recusals in a service's journal and in the table that row-level security reads (see `ansim.access`)
screen     the page and the API by which people recuse themselves, and supervisors recuse colleagues
told       recusals as sentences of a timeline
"""

from ansim.recusal.keeping import Recusals
from ansim.recusal.told import told

__all__ = ["Recusals", "told"]
