"""How fast a relay empties a journal: claimed, sent, acknowledged and stamped."""

import time

import asyncpg

from ansim.relay import KafkaBroker, Leader, Relay

_FILL = """
insert into journal (event_id, aggregatetype, aggregateid, version, type, schema_version, payload, actor,
                     correlationid, occurred_at)
select gen_random_uuid(), 'volunteer', person, 1, 'kr.ansim.monitoring.volunteer.applied.v1', 1,
       jsonb_build_object('person', person, 'district', 'mapo'), '{"subject": "bench", "role": "historian"}',
       gen_random_uuid(), clock_timestamp()
from (select gen_random_uuid() as person from generate_series(1, $1)) as people
"""


async def relay_events_per_second(owner_url: str, url: str, bootstrap: str, count: int) -> float:
    """Publish `count` events of one journal from a standing start; returns events a second."""
    conn = await asyncpg.connect(owner_url)
    await conn.execute(_FILL, count)
    await conn.close()
    relay = Relay("monitoring", Leader(url), KafkaBroker(bootstrap, "bench"))
    started, published = time.perf_counter(), 0
    while published < count:
        published += await relay.publish_once()
    seconds = time.perf_counter() - started
    await relay._leader.release()
    await relay._broker.close()
    return count / seconds
