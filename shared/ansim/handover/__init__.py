"""Hand-over: a receiver fetches a referral's sealed data from its sender, so that nobody is asked twice (DESIGN §4)."""

from ansim.handover.call import Call, HandOverCall, Refusal, Waiting
from ansim.handover.fetcher import Fetcher, HandOvers, Pending

__all__ = ["Call", "Fetcher", "HandOverCall", "HandOvers", "Pending", "Refusal", "Waiting"]
