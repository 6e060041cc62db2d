"""The catalogue's topics on a broker: explicit partitions, explicit retention, nothing created by accident."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from ansim.contracts.catalogue import TOPICS, Topic
from ansim.errors import Fatal

__all__ = ["ensure_topics"]


async def ensure_topics(bootstrap: str, replication: int = 1) -> int:
    """Creates the topics that are missing and returns how many.

    Raises Fatal when the broker cannot be reached, or when a topic has another number of partitions than the catalogue:
    changing it would break the order of streams, so a person decides.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        existing = set(await admin.list_topics())
        await _check_partitions(admin, existing)
        missing = [topic for topic in TOPICS.values() if topic.name not in existing]
        if missing:
            await _create(admin, missing, replication)
    except (KafkaError, OSError) as error:
        raise Fatal(f"the Kafka broker at {bootstrap} cannot be prepared ({type(error).__name__}: {error})") from error
    finally:
        await admin.close()
    return len(missing)


async def _check_partitions(admin: AIOKafkaAdminClient, existing: set[str]) -> None:
    wanted = {topic.name: topic.partitions for topic in TOPICS.values() if topic.name in existing}
    for description in await admin.describe_topics(sorted(wanted)) if wanted else []:
        found = len(description["partitions"])
        if found != wanted[description["topic"]]:
            raise Fatal(f"topic {description['topic']} has {found} partitions, not {wanted[description['topic']]}")


async def _create(admin: AIOKafkaAdminClient, missing: list[Topic], replication: int) -> None:
    new = [
        NewTopic(topic.name, topic.partitions, replication, topic_configs={"retention.ms": str(topic.retention_ms)})
        for topic in missing
    ]
    answer = await admin.create_topics(new)
    for name, code, *_ in answer.topic_errors:
        failure = for_code(code)
        if code != 0 and failure is not TopicAlreadyExistsError:
            raise Fatal(f"topic {name} could not be created: {failure.__name__}")
