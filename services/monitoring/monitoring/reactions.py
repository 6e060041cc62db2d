"""What monitoring does on hearing other services: nothing yet. Referrals to monitoring come with a later contract."""

from ansim.inbox import Reactor

reactor = Reactor()
