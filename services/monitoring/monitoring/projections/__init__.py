"""Events → read tables, in the transaction that appends the event. Nothing else writes those tables."""

from ansim.journal import Projector
from monitoring.projections import sightings, volunteers, watches

projector = Projector()
projector.include(volunteers.projector)
projector.include(sightings.projector)
projector.include(watches.projector)
