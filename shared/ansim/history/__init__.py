"""The founding history: a seeded plan that drives the services' own commands with past times."""

from ansim.history.founding import VictimCase, YouthCase, victims, youths
from ansim.history.player import HistoryPlayer, Progress
from ansim.history.world import Step, World

__all__ = ["HistoryPlayer", "Progress", "Step", "VictimCase", "World", "YouthCase", "victims", "youths"]
