"""Analytics reacts to nobody: the statistics and the pulse read the topics by themselves."""

from ansim.inbox import Reactor

REACTOR = Reactor()
