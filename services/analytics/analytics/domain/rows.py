"""All folds and all kinds of rows, of all services: what the events say, ready to be counted.

REDUCER_VERSION changes whenever the same events give other states or rows. Statistics counted under another version
must be rebuilt; the worker refuses to go on with them.
"""

from collections.abc import Callable, Mapping
from typing import Final

from analytics.domain import counseling, intake, monitoring, victim_support
from analytics.domain.folding import Fold, Rows, Window
from analytics.domain.state import State
from ansim.contracts import EVENTS, SERVICES

REDUCER_VERSION: Final = 2


def _unchanged(state: State | None, data: object, day: int, micros: int) -> State | None:
    """An event that is known and that no figure counts."""
    return state


FOLDS: Final[Mapping[str, Fold]] = {
    **dict.fromkeys(EVENTS, _unchanged),
    **intake.FOLDS,
    **victim_support.FOLDS,
    **counseling.FOLDS,
    **monitoring.FOLDS,
}
"""Every event type of the contracts. A type that is not in here parks its stream."""

ROWS: Final[Mapping[str, Callable[[Mapping[str, State], Window, frozenset[str]], Rows]]] = {
    "intake": intake.rows,
    "victim-support": victim_support.rows,
    "counseling": counseling.rows,
    "monitoring": monitoring.rows,
}
"""Service -> its rows in a window. The third argument names the kinds that will be looked at; others may be left out."""

SERVICE_NUMBER: Final = {service: number for number, service in enumerate(SERVICES, start=1)}

_ATTRIBUTES: Final = {
    "intake": intake.ATTRIBUTES,
    "victim-support": victim_support.ATTRIBUTES,
    "counseling": counseling.ATTRIBUTES,
    "monitoring": monitoring.ATTRIBUTES,
}

SERVICE_OF_ROWS: Final = {kind: service for service, kinds in _ATTRIBUTES.items() for kind in kinds}
"""Kind of row -> the service whose events it comes from."""

ATTRIBUTES: Final = {kind: names for kinds in _ATTRIBUTES.values() for kind, names in kinds.items()}
"""Kind of row -> the attributes that a definition may filter and group by."""
