"""Kafka → reactions: at least once on the wire, exactly once in effect."""

from ansim.inbox.consumer import Inbox, InboxState
from ansim.inbox.messages import KafkaMessages, MemoryMessages, Message, Messages
from ansim.inbox.parking import ParkedRow, Parking, ParkLimitReached, ParkLimits
from ansim.inbox.reaction import Outcome, Reaction
from ansim.inbox.reactor import Heard, Reactor
from ansim.inbox.replay import ReplayResult, replay_stream

__all__ = [
    "Heard",
    "Inbox",
    "InboxState",
    "KafkaMessages",
    "MemoryMessages",
    "Message",
    "Messages",
    "Outcome",
    "ParkLimitReached",
    "ParkLimits",
    "ParkedRow",
    "Parking",
    "Reaction",
    "Reactor",
    "ReplayResult",
    "replay_stream",
]
