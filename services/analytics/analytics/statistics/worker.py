"""The process that counts live: `ansim run analytics:statistics`.

One worker counts everything. For more than one, each gets a share of the partitions by ANSIM_STATISTICS_SHARE, e.g.
"1/2" and "2/2"; a second worker with the same share is fenced off at its first commit, so a standby does no harm.
"""

import asyncio
import gc
from collections.abc import Sequence

import structlog
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from analytics.definitions import tallies
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.loop import Loop
from analytics.statistics.ports import Fenced, Place, Superseded
from analytics.statistics.postgres import PostgresLedger, connect, current_generation, talking
from ansim.contracts import TOPICS
from ansim.errors import Retriable
from ansim.runtime import Kit

BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
_log = structlog.get_logger("statistics")


class StatisticsSettings(BaseSettings):
    """What an operator may set for this worker. `batch` bounds a commit, `entities` what is kept in memory."""

    model_config = SettingsConfigDict(env_prefix="ANSIM_STATISTICS_", extra="ignore", frozen=True)

    share: str = Field(default="1/1", pattern=r"^[1-9][0-9]?/[1-9][0-9]?$")
    batch: int = Field(default=5_000, ge=1, le=100_000)
    entities: int = Field(default=100_000, ge=1_000)

    @property
    def places(self) -> list[Place]:
        """The partitions of this share. Raises ValueError for a share such as 3/2."""
        number, _, of = self.share.partition("/")
        if int(number) > int(of):
            raise ValueError(f"ANSIM_STATISTICS_SHARE={self.share}: there is no share {number} of {of}")
        return [place for at, place in enumerate(all_places()) if at % int(of) == int(number) - 1]


def all_places() -> list[Place]:
    """Every partition of every service's topic."""
    return [(service, partition) for service, topic in TOPICS.items() for partition in range(topic.partitions)]


async def statistics(kit: Kit) -> None:
    """Count until cancelled. Waits while a server is away; ends with Fenced or another Fatal when going on would harm."""
    settings = StatisticsSettings()
    failures = 0
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)  # the entities in memory are no garbage, and looking through them takes long
    while True:
        kit.vitals.loop("statistics").beat()
        try:
            await count(kit, settings, settings.places)
        except Superseded:
            _log.info("statistics_switched")
            failures = 0
        except Retriable as error:
            failures += 1
            _log.warning("statistics_waits", reason=type(error).__name__)
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1])
        except Fenced:
            _log.error("statistics_fenced")
            raise


async def count(kit: Kit, settings: StatisticsSettings, places: Sequence[Place]) -> None:
    """One attempt: open the current generation, count on from its offsets until something ends it."""
    url = kit.settings.database_url.get_secret_value()
    conn = await connect(url)
    try:
        async with talking():
            generation = await current_generation(conn)
    finally:
        conn.terminate()
    ledger = PostgresLedger(url, generation, settings.share)
    source = KafkaSource(kit.settings.kafka_bootstrap)
    try:
        await ledger.open(tallies().values())
        loop = Loop(
            source,
            ledger,
            ledger.plan,
            limit=settings.batch,
            capacity=settings.entities,
            beat=kit.vitals.loop("statistics").beat,
        )
        await loop.run(places, asyncio.Event())
    finally:
        await source.close()
        await ledger.close()
