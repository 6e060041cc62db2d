"""Deadlines as data and clocks as pure functions of events.

rules      how long something may take, with every earlier period kept: a rule holds for clocks that start from its time on
clock      a running clock, and which clocks of a story ran out: a function of the events and nothing else
keeping    the rules of a service in its journal, its table and on a screen for supervisors
rest       keeps the sweeper still while a history with past times is played
sweeper    notes missed deadlines as events, once each, also when nobody does anything
"""

from ansim.clock.clock import Clock, Moment, missed
from ansim.clock.rules import Rule, Rules

__all__ = ["Clock", "Moment", "Rule", "Rules", "missed"]
