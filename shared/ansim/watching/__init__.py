"""What a series of looks at an address says: removal lies between two of them, and time online is told as a range."""

from ansim.watching.online import Lifeline, Online, Stretch, lifeline
from ansim.watching.removal import PROVES, Check, Interval, removal

__all__ = ["PROVES", "Check", "Interval", "Lifeline", "Online", "Stretch", "lifeline", "removal"]
