"""The broker's jars: fetched once into a cache, in parallel, each checked against its locked digest."""

import fcntl
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import requests
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext, PythonResolver

from ansim.errors import Fatal

__all__ = ["Jar", "class_path", "locked_jars"]

_LOCK = Path(__file__).with_name("kafka_jars.lock")
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    def path(self, cache: Path) -> Path:
        folder = cache.joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"


def locked_jars() -> tuple[Jar, ...]:
    """Every jar of the lock file, in its order."""
    lines = (line.split() for line in _LOCK.read_text().splitlines() if line and not line.startswith("#"))
    named = ((*name.split(":"), digest) for name, digest in lines)
    return tuple(Jar(group, artifact, version, digest) for group, artifact, version, digest in named)


def class_path(cache: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> str:
    """The Java class path of the broker; fetches what the cache lacks and tells `progress` (done, total) of it.

    Safe to call from several processes at once. A jar in the cache is trusted after its digest was checked once.
    Raises Fatal with what to do when a jar cannot be fetched or is not the locked one.
    """
    jars = locked_jars()
    repository = cache / "maven"
    checked = cache / f"checked-{hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]}"
    try:
        repository.mkdir(parents=True, exist_ok=True)
        guard = (cache / "maven.lock").open("w")
    except OSError as error:
        raise Fatal(f"cannot write to the cache folder {cache}: {error.strerror}; set ANSIM_CACHE") from error
    with guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (checked.exists() and all(jar.path(repository).exists() for jar in jars)):
            _fetch_all(jars, repository, progress)
            checked.touch()
    return os.pathsep.join(str(jar.path(repository)) for jar in jars)


def _fetch_all(jars: tuple[Jar, ...], repository: Path, progress: Callable[[int, int], None]) -> None:
    remote = os.environ.get("ANSIM_MAVEN_REPOSITORY", MAVEN_CENTRAL_URL)
    context = MavenContext(resolver=PythonResolver(), repo_cache=repository, remote_repos={"chosen": remote})
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            for done, _ in enumerate(pool.map(lambda jar: _fetch(jar, context, repository), jars), start=1):
                progress(done, len(jars))
        finally:
            pool.shutdown(cancel_futures=True)


def _fetch(jar: Jar, context: MavenContext, repository: Path) -> None:
    file = jar.path(repository)
    if file.exists() and _digest(file) != jar.sha256:  # a download that was cut off
        file.unlink()
    if not file.exists():
        try:
            context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
        except (requests.RequestException, RuntimeError, OSError) as error:
            file.unlink(missing_ok=True)
            raise Fatal(
                f"cannot fetch {jar.artifact} {jar.version} for Apache Kafka ({type(error).__name__}): is there a network? "
                "Set ANSIM_MAVEN_REPOSITORY to a reachable Maven repository, ANSIM_CACHE to a folder that holds the "
                "jars already, or ANSIM_KAFKA_BOOTSTRAP to a broker that runs elsewhere; then start again, it resumes"
            ) from error
    if _digest(file) != jar.sha256:
        file.unlink()
        raise Fatal(f"{jar.artifact} {jar.version} is not the locked file (digest differs): check the repository used")


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
