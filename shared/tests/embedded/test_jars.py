import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ansim.embedded import jars
from ansim.embedded.folder import free_port
from ansim.embedded.jars import Jar, locked_jars
from ansim.errors import Fatal

CONTENT = b"not a real jar"


class _Repository(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = (
            hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest().encode()
            if self.path.endswith(".sha1")
            else CONTENT
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A Maven repository on the loopback that answers everything with the same bytes; yields what was asked."""
    _Repository.asked = []
    server = HTTPServer(("127.0.0.1", 0), _Repository)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("ANSIM_MAVEN_REPOSITORY", f"http://127.0.0.1:{server.server_port}")
    yield _Repository.asked
    server.shutdown()
    thread.join()
    server.server_close()


def locked(monkeypatch: pytest.MonkeyPatch, *digests: str) -> tuple[Jar, ...]:
    found = tuple(Jar("org.example", f"part{number}", "1.0", digest) for number, digest in enumerate(digests))
    monkeypatch.setattr(jars, "locked_jars", lambda: found)
    return found


def test_the_lock_names_each_jar_once_with_a_digest() -> None:
    found = locked_jars()

    assert len({(jar.group, jar.artifact) for jar in found}) == len(found) > 80
    assert all(len(jar.sha256) == 64 for jar in found)
    assert {jar.version for jar in found if jar.artifact in ("kafka_2.13", "kafka-clients")} == {"4.3.1"}


def test_jars_are_fetched_once_and_the_progress_is_told(
    repository: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = locked(monkeypatch, *[hashlib.sha256(CONTENT).hexdigest()] * 3)
    told: list[tuple[int, int]] = []

    classes = jars.class_path(tmp_path, lambda done, total: told.append((done, total)))
    asked = len(repository)
    again = jars.class_path(tmp_path)

    assert again == classes
    assert [Path(part).read_bytes() for part in classes.split(":")] == [CONTENT] * len(found)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(repository) == asked


def test_a_jar_that_is_not_the_locked_one_is_refused_and_not_kept(
    repository: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (jar,) = locked(monkeypatch, "0" * 64)

    with pytest.raises(Fatal, match="digest differs"):
        jars.class_path(tmp_path)

    assert repository
    assert not jar.path(tmp_path / "maven").exists()


def test_a_download_that_was_cut_off_is_fetched_again(
    repository: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (jar,) = locked(monkeypatch, hashlib.sha256(CONTENT).hexdigest())
    jar.path(tmp_path / "maven").parent.mkdir(parents=True)
    jar.path(tmp_path / "maven").write_bytes(CONTENT[:4])

    jars.class_path(tmp_path)

    assert jar.path(tmp_path / "maven").read_bytes() == CONTENT
    assert repository


def test_without_a_network_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked(monkeypatch, "0" * 64)
    monkeypatch.setenv("ANSIM_MAVEN_REPOSITORY", f"http://127.0.0.1:{free_port()}")

    with pytest.raises(Fatal, match=r"cannot fetch part0 1\.0 .* is there a network\? Set ANSIM_MAVEN_REPOSITORY"):
        jars.class_path(tmp_path)
