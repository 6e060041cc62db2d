"""How long the room's own clocks run where nobody has changed it."""

from datetime import timedelta
from typing import Final

from ansim.contracts.codes import DeadlineRule as R

PRIVACY_PERIODS: Final = {
    R.RETENTION_WARNING: timedelta(days=30),
    R.RETENTION_GRACE: timedelta(days=30),
    R.DISCLOSURE_DECISION: timedelta(hours=24),
    R.DISCLOSURE_VIEW: timedelta(hours=1),
    R.ERASURE: timedelta(days=5),
}
"""What the room's own clocks are allowed. A service adds by which rules its records are kept."""
