"""Journal → Kafka: one fenced leader, in order, acknowledged, and only then stamped with a gapless position."""

from ansim.relay.broker import Broker, KafkaBroker, Outgoing
from ansim.relay.leader import Leader, LeadershipLost
from ansim.relay.relay import Relay, RelayState

__all__ = ["Broker", "KafkaBroker", "Leader", "LeadershipLost", "Outgoing", "Relay", "RelayState"]
