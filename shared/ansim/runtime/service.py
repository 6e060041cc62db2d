"""What a service is to the kit: one value that wires all its parts."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.clock.sweeper import Sweep
from ansim.handover import HandOvers
from ansim.history import Step, World
from ansim.inbox import Reactor
from ansim.journal import Projector

if TYPE_CHECKING:
    from ansim.imports import Import
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

GROUP = "ansim.services"


@dataclass(frozen=True, slots=True)
class Nav:
    """One entry of a service's navigation. `title` is a message id; shown to staff with one of `roles`."""

    title: str
    path: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A service's wiring. `sweeps` are done by time alone, beside the web server; `hand_overs` says what it fetches from a
    sender, `imports` what it takes in from spreadsheets; `workers` are further processes, started by `ansim run <slug>:<worker>`."""

    slug: str
    package: str
    title: str
    projector: Projector
    reactor: Reactor
    pages: Callable[["Kit"], APIRouter]
    api: Callable[["Kit"], APIRouter]
    navigation: tuple[Nav, ...] = ()
    history: Callable[[World], Iterable[Step]] | None = None
    sweeps: tuple[Sweep, ...] = ()
    hand_overs: HandOvers | None = None
    imports: "Import | None" = None
    workers: Mapping[str, Callable[["Kit"], Awaitable[None]]] = field(default_factory=dict)
    home: str = "/"
    privacy: "PrivacyDesk | None" = None


def installed_services() -> dict[str, Service]:
    """Every installed service by slug, in the catalogue's order. The kit knows services only through here."""
    from ansim.contracts import SERVICES

    found = {point.name: point for point in entry_points(group=GROUP)}
    return {slug: found[slug].load() for slug in SERVICES if slug in found}


def installed_service(slug: str) -> Service:
    """One installed service. Raises LookupError with the names there are."""
    services = {point.name: point for point in entry_points(group=GROUP)}
    if slug not in services:
        raise LookupError(f"no service {slug!r}; installed: {', '.join(sorted(services)) or 'none'}")
    service: Service = services[slug].load()
    return service
