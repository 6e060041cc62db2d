"""The kit of one process: what every part of a service is given."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import structlog

from ansim.access import ROLE_TITLES, Access, AccessLog, check_settings
from ansim.errors import Fatal
from ansim.inbox import Parking, Reaction
from ansim.journal import Store
from ansim.runtime.health import Vitals
from ansim.runtime.service import Service
from ansim.runtime.settings import Settings
from ansim.telemetry import Metrics
from ansim.vault import Vault, derive, kek_from
from ansim.web import HeldUp, Web

VERSION = "0.1.0"
HELD_UP_SECONDS = 5.0
"""Staff are told that events wait when the oldest has waited this long."""


@dataclass
class Kit:
    """Everything a service's pages, API, reactions and workers may use. One per process."""

    settings: Settings
    service: Service
    store: Store
    vault: Vault
    access: Access
    web: Web
    metrics: Metrics
    vitals: Vitals = field(default_factory=Vitals)
    log: Any = None


@asynccontextmanager
async def open_kit(settings: Settings, service: Service) -> AsyncIterator[Kit]:
    """Build a kit and close it at the end. Does not need the database to be up.

    Raises Fatal naming every setting that is missing or too weak for the mode.
    """
    weak = check_settings(settings)
    if weak:
        raise Fatal("these settings must be mended before start: " + "; ".join(weak))
    kek = kek_from(settings.kek.get_secret_value())
    vitals, metrics = Vitals(), Metrics(service.slug, VERSION)
    async with (
        _pool(settings.database_url.get_secret_value(), service.slug, settings.pool_size) as pool,
        _pool(settings.keys_url.get_secret_value(), service.slug, 3) as keys,
    ):
        vault = Vault(keys, kek, service.slug, metrics)
        store = Store(pool, service=service.slug, projector=service.projector, vault=vault, access_log=AccessLog())
        access = Access.of(settings, slug=service.slug, package=service.package, pool=pool, metrics=metrics)
        web = _web(settings, service, kek, vitals)
        kit = Kit(settings, service, store, vault, access, web, metrics, vitals, structlog.get_logger(service.slug))
        try:
            yield kit
        finally:
            await access.close()


def access_record_key(settings: Settings, slug: str) -> bytes:
    """The key that seals a service's access record. Raises Fatal when the key-encryption key is missing or weak."""
    return derive(kek_from(settings.kek.get_secret_value()), f"access-record|{slug}")


def open_reaction(kit: Kit) -> Reaction:
    """The service's way with foreign events, for its inbox and for replays of what was parked."""
    parking = Parking(kit.vault, f"ansim.{kit.service.slug}.reactions")
    return Reaction(kit.service.slug, kit.service.reactor, kit.store, parking)


def _pool(url: str, name: str, size: int) -> asyncpg.Pool:
    """A pool that connects when first needed, so that a process can start before its database."""
    return asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        command_timeout=30,
        timeout=5,
        server_settings={
            "application_name": f"ansim {name}",
            "idle_in_transaction_session_timeout": "15000",
            "lock_timeout": "10000",
        },
        reset=_as_it_is,
    )


async def _as_it_is(conn: asyncpg.Connection) -> None:
    """Nothing outlives a transaction on these connections (settings, locks and cursors are all local to one), so there is nothing
    to reset; asyncpg's own way would ask four more questions each time."""


def _web(settings: Settings, service: Service, kek: bytes, vitals: Vitals) -> Web:
    def held_up() -> HeldUp | None:
        if vitals.oldest is None or not vitals.unpublished:
            return None
        waited = (datetime.now(UTC) - vitals.oldest).total_seconds()
        return HeldUp(vitals.unpublished, vitals.oldest) if waited > HELD_UP_SECONDS else None

    return Web(
        slug=service.slug,
        package=service.package,
        title=service.title,
        secret=derive(kek, f"forms|{service.slug}"),
        navigation=service.navigation,
        urls=_urls(settings),
        assets=settings.assets_folder,
        demo=settings.demo,
        issuer=settings.oidc_issuer or None,
        home=service.home,
        role_titles={role.value: title for role, title in ROLE_TITLES.items()},
        held_up=held_up,
        leave_to=settings.leave_url,
    )


def _urls(settings: Settings) -> Mapping[str, str]:
    return {slug: url.rstrip("/") + "/" for slug, url in settings.urls.items()}
