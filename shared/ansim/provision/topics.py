"""The catalogue's topics on a broker: explicit partitions, explicit retention, nothing created by accident."""

import asyncio
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from ansim.contracts.catalogue import TOPICS
from ansim.errors import Fatal

__all__ = ["ensure_topics", "until_known"]

_POLL_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 30.0


async def ensure_topics(bootstrap: str, replication: int = 1) -> int:
    """Creates the topics that are missing, waits until all are known with a leader, and returns how many were new.

    Raises Fatal when the broker cannot be reached, or when a topic has another number of partitions than the catalogue:
    changing it would break the order of streams, so a person decides.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        created = await _create(admin, replication)
        _check_partitions(await until_known(admin, *(topic.name for topic in TOPICS.values())))
    except (KafkaError, OSError) as error:  # TimeoutError is an OSError
        raise Fatal(f"the Kafka broker at {bootstrap} cannot be prepared ({type(error).__name__}: {error})") from error
    finally:
        await admin.close()
    return created


async def _create(admin: AIOKafkaAdminClient, replication: int) -> int:
    new = [
        NewTopic(topic.name, topic.partitions, replication, topic_configs={"retention.ms": str(topic.retention_ms)})
        for topic in TOPICS.values()
    ]
    answer = await admin.create_topics(new)
    created = 0
    for name, code, *_ in answer.topic_errors:
        if code == 0:
            created += 1
        elif for_code(code) is not TopicAlreadyExistsError:
            raise Fatal(f"topic {name} could not be created: {for_code(code).__name__}")
    return created


async def until_known(admin: AIOKafkaAdminClient, *names: str) -> list[dict[str, Any]]:
    """The topics' descriptions, once all have leaders: a created topic takes a moment to be known, and whoever sends to it
    before that fails. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            described: list[dict[str, Any]] = await admin.describe_topics(list(names))
            if all(_has_leaders(topic) for topic in described):
                return described
            await asyncio.sleep(_POLL_SECONDS)


def _check_partitions(described: list[dict[str, Any]]) -> None:
    wanted = {topic.name: topic.partitions for topic in TOPICS.values()}
    for topic in described:
        found = len(topic["partitions"])
        if found != wanted[topic["topic"]]:
            raise Fatal(f"topic {topic['topic']} has {found} partitions, not {wanted[topic['topic']]}")


def _has_leaders(topic: dict[str, Any]) -> bool:
    return (
        topic["error_code"] == 0
        and bool(topic["partitions"])
        and all(partition["error_code"] == 0 for partition in topic["partitions"])
    )
