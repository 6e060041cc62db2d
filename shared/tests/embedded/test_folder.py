import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from ansim.embedded import folder as folder_module
from ansim.embedded.folder import StateFolder, default_cache, find_state, free_port, port_is_free
from ansim.errors import Fatal


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state")
    folder.create()
    return folder


def test_ports_are_the_same_at_the_second_start(folder: StateFolder) -> None:
    first = folder.ports("postgres", "kafka")

    again = StateFolder(folder.path).ports("postgres", "kafka")

    assert again == first
    assert len(set(first.values())) == 2


def test_a_port_taken_by_another_program_is_replaced_and_that_is_told(folder: StateFolder) -> None:
    port = folder.ports("intake")["intake"]
    told: list[str] = []
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        replaced = folder.ports("intake", tell=told.append)["intake"]

    assert replaced != port
    assert told == [f"Port {port} of intake is taken by another program: using {replaced} from now on"]


def test_a_secret_stays_and_only_its_owner_can_read_it(folder: StateFolder) -> None:
    secret = folder.secret("kek")

    assert StateFolder(folder.path).secret("kek") == secret
    assert folder.secret("other") != secret
    assert stat.S_IMODE((folder.path / "secrets.json").stat().st_mode) == 0o600


def test_a_second_suite_on_the_folder_is_refused_and_told_who_holds_it(folder: StateFolder) -> None:
    import os

    with folder.locked(), pytest.raises(Fatal, match=rf"process {os.getpid()}\)"), StateFolder(folder.path).locked():
        pytest.fail("two held the folder at once")
    with folder.locked():
        assert folder.holder() == os.getpid()
    assert folder.holder() is None


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()

    with pytest.raises(Fatal, match="not a state folder of Ansim: choose another one with ANSIM_STATE"):
        StateFolder(tmp_path).create()


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Fatal, match="cannot write to the state folder"):
        StateFolder(tmp_path / "file" / "state").create()


def test_too_little_disk_space_says_how_much_is_needed(folder: StateFolder) -> None:
    with pytest.raises(Fatal, match=r"too little disk space .* 1000000000\.0 GB needed"):
        folder.require_space(10**18)


def test_a_spoiled_file_says_how_to_start_afresh(folder: StateFolder) -> None:
    (folder.path / "ports.json").write_text("{")

    with pytest.raises(Fatal, match="--fresh"):
        folder.ports("kafka")


def test_starting_afresh_forgets_data_and_secrets_but_keeps_downloads(folder: StateFolder) -> None:
    secret = folder.secret("kek")
    folder.data_kafka.mkdir()
    (folder.path / "cache").mkdir()

    folder.remove()

    assert not folder.data_kafka.exists()
    assert (folder.path / "cache").exists()
    assert folder.secret("kek") != secret


def test_the_state_folder_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIM_STATE", raising=False)
    StateFolder(tmp_path / ".ansim").create()
    below = tmp_path / "services" / "intake"
    below.mkdir(parents=True)

    assert find_state(below) == tmp_path / ".ansim"


@pytest.mark.parametrize("home", ["", "/nonexistent", None])
def test_without_a_home_downloads_go_to_the_state_folder(
    home: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANSIM_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    if home == "/nonexistent":
        (tmp_path / "file").touch()
        home = str(tmp_path / "file")
    if home is not None:
        monkeypatch.setenv("HOME", home)

    assert default_cache(tmp_path / "cache") == tmp_path / "cache"


def test_a_port_in_use_is_not_free() -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert not port_is_free(other.getsockname()[1])


def test_a_port_is_chosen_from_those_that_no_outgoing_connection_is_given() -> None:
    lent = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(lent.read_text().split()[0]) if lent.exists() else 32_768
    chosen: set[object] = set()

    for _ in range(50):
        chosen.add(free_port(avoid=chosen))

    assert len(chosen) == 50
    assert all(isinstance(port, int) and 1024 < port < lowest for port in chosen)


def test_when_no_port_is_free_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "port_is_free", lambda port: False)

    with pytest.raises(Fatal, match="No port from 20000 to 32767 is free"):
        free_port()
