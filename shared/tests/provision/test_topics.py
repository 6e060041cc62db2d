from collections.abc import AsyncIterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from ansim.contracts.catalogue import TOPICS, Topic
from ansim.embedded.folder import free_port
from ansim.errors import Fatal
from ansim.provision import topics


@pytest.fixture
async def admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    yield admin
    await admin.close()


async def test_the_catalogues_topics_are_there_with_partitions_and_retention(
    kafka: str, suite_topics: None, admin: AIOKafkaAdminClient
) -> None:
    assert await topics.ensure_topics(kafka) == 0

    described = await admin.describe_topics([topic.name for topic in TOPICS.values()])
    assert {topic["topic"]: len(topic["partitions"]) for topic in described} == {
        topic.name: 4 for topic in TOPICS.values()
    }
    name = TOPICS["intake"].name
    (answer,) = await admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name, configs={"retention.ms": None})]
    )
    ((*_, entries),) = answer.resources
    assert [entry[1] for entry in entries] == ["-1"]


async def test_a_topic_with_another_number_of_partitions_is_refused(
    kafka: str, admin: AIOKafkaAdminClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = Topic("test.of.two.partitions", "intake")
    monkeypatch.setattr(topics, "TOPICS", {"intake": topic})
    await admin.create_topics([NewTopic(topic.name, 2, 1)])
    try:
        with pytest.raises(Fatal, match="has 2 partitions, not 4"):
            await topics.ensure_topics(kafka)
    finally:
        await admin.delete_topics([topic.name])


async def test_a_broker_that_is_not_there_is_named() -> None:
    address = f"127.0.0.1:{free_port()}"

    with pytest.raises(Fatal, match=f"the Kafka broker at {address} cannot be prepared"):
        await topics.ensure_topics(address)
