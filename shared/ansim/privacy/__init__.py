"""What a person may count on: who sees their identity, how long it is kept, and how it is destroyed.

matters      what a service tells this room about its records of people
desk         one service's wiring of the whole room: projector, pages, API, sweeps
disclosure   a supervisor asks to see an identity, a custodian decides, the view expires
retention    how long what is kept, as a pure function of events and rules; legal holds; warnings
erasure      asked for, checked for holds, approved by a second person, keys destroyed, certified
review       the access record month by month, for privacy officers
told         all these events as sentences of a timeline
"""

from ansim.privacy.desk import PrivacyDesk
from ansim.privacy.matters import Identity, Matter, Matters
from ansim.privacy.retention.keep import Kinds

__all__ = ["Identity", "Kinds", "Matter", "Matters", "PrivacyDesk"]
