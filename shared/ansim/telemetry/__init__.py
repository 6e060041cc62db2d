"""Telemetry: log lines and metrics from typed catalogues, so that nothing personal can slip into either.

Every log event stands in `events.py`, every metric in `metrics.py`; `docs/catalogue/` is made from them.
"""

from ansim.telemetry.logs import bound, configure, correlationid
from ansim.telemetry.metrics import Metrics
from ansim.telemetry.middleware import RequestTelemetry, route_template
from ansim.telemetry.routes import routes

__all__ = ["Metrics", "RequestTelemetry", "bound", "configure", "correlationid", "route_template", "routes"]
