"""The state folder: everything that a suite on this machine remembers between two starts.

lock              held while a suite runs on the folder; holds its pid
ports.json        port of each listening program, kept while it is free
secrets.json      passwords and keys made for this folder, readable by their owner only
postgres/ kafka/  the servers' data
log/NAME.log      what each program says
run/status.json   what runs now
"""

import base64
import fcntl
import json
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from ansim.errors import Fatal

__all__ = ["NEEDED_BYTES", "StateFolder", "default_cache", "find_state", "free_port", "port_is_free"]

NEEDED_BYTES = 1_500_000_000
_MARK = "lock"
_PORTS = range(20_000, 32_768)
_MADE_BEFORE = {"assets", "cache"}  # may be there before the first start


class StateFolder:
    """One folder, one suite. Creates the folder when it is not there; refuses a folder that holds other things."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.data_postgres = self.path / "postgres"
        self.data_kafka = self.path / "kafka"
        self.log = self.path / "log"
        self.run = self.path / "run"
        self.status_file = self.run / "status.json"

    @property
    def exists(self) -> bool:
        return (self.path / _MARK).exists()

    def create(self) -> None:
        """Makes the folder and its parts. Raises Fatal when it can't be written or belongs to something else."""
        if self.path.is_dir() and not self.exists and {child.name for child in self.path.iterdir()} - _MADE_BEFORE:
            raise Fatal(
                f"{self.path} is not empty and not a state folder of Ansim: choose another one with ANSIM_STATE"
            )
        try:
            for folder in (self.path, self.log, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            (self.path / _MARK).touch(mode=0o600)
        except OSError as error:
            raise Fatal(f"cannot write to the state folder {self.path}: {error.strerror}; set ANSIM_STATE") from error

    def require_space(self, needed_bytes: int = NEEDED_BYTES) -> None:
        free = shutil.disk_usage(self.path).free
        if free < needed_bytes:
            raise Fatal(
                f"too little disk space for {self.path}: {free / 1e9:.1f} GB free, {needed_bytes / 1e9:.1f} GB needed; "
                "free some or set ANSIM_STATE to a folder on a larger disk"
            )

    def remove(self) -> None:
        """Deletes all data, secrets and logs; keeps downloads and built assets. Only for whoever holds the lock."""
        for child in (self.data_postgres, self.data_kafka, self.log, self.run):
            shutil.rmtree(child, ignore_errors=True)
        for name in ("secrets.json", "ports.json"):
            (self.path / name).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder for this process. Raises Fatal, naming the holder's pid, when another one has it."""
        with (self.path / _MARK).open("r+") as file:
            if not _lock(file):
                pid = file.read().strip() or "unknown"
                raise Fatal(
                    f"a suite already runs on {self.path} (process {pid}): use it, stop it with `kill {pid}`, "
                    "or set ANSIM_STATE to another folder"
                )
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def holder(self) -> int | None:
        """The pid of the process that runs a suite on this folder, None when nobody does."""
        if not self.exists:
            return None
        with (self.path / _MARK).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().strip() or 0)
        return None

    def ports(self, *names: str, tell: Callable[[str], None] = lambda line: None) -> dict[str, int]:
        """A port for each name: the remembered one when it is free, else a new one, remembered.

        A change is told, since bookmarks of the old address end.
        """
        remembered = self._read("ports.json")
        taken = set(remembered.values())
        ports = {}
        for name in names:
            port = remembered.get(name)
            if not isinstance(port, int) or not port_is_free(port):
                new = free_port(avoid=taken)
                if port is not None:
                    tell(f"Port {port} of {name} is taken by another program: using {new} from now on")
                port = new
                taken.add(port)
            ports[name] = port
        if ports != {name: remembered.get(name) for name in names}:
            self._write("ports.json", {**remembered, **ports})
        return ports

    def remembered_ports(self) -> dict[str, int]:
        return {name: port for name, port in self._read("ports.json").items() if isinstance(port, int)}

    def secret(self, name: str) -> str:
        """A random secret of 32 bytes in base64, made at the first request and then always the same."""
        known = self._read("secrets.json")
        if name not in known:
            known = {**known, name: base64.b64encode(secrets.token_bytes(32)).decode()}
            self._write("secrets.json", known)
        return str(known[name])

    def _read(self, name: str) -> dict[str, object]:
        file = self.path / name
        if not file.exists():
            return {}
        try:
            content = json.loads(file.read_text())
        except (OSError, ValueError) as error:
            raise Fatal(f"{file} cannot be read ({error}): start afresh with `ansim demo --fresh`") from error
        if not isinstance(content, dict):
            raise Fatal(f"{file} is spoiled: start afresh with `ansim demo --fresh`")
        return content

    def _write(self, name: str, content: Mapping[str, object]) -> None:
        write_privately(self.path / name, json.dumps(content, indent=1))


def _lock(file: IO[str], patience_seconds: float = 0.5) -> bool:
    """Takes the lock; a moment's patience, because those who only ask for the holder take it for an instant too."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def write_privately(file: Path, text: str) -> None:
    """Replaces the file in one step; readable by its owner only."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def port_is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(avoid: set[object] | frozenset[object] = frozenset()) -> int:
    """A port that nothing listens on now, by chance, from below those that systems lend to outgoing connections: whoever
    is down for a moment finds its own port free again. Raises Fatal when none is free."""
    for port in secrets.SystemRandom().sample(_PORTS, len(_PORTS)):
        if port not in avoid and port_is_free(port):
            return port
    raise Fatal(f"No port from {_PORTS.start} to {_PORTS.stop - 1} is free on this machine: end some programs")


def find_state(start: Path | None = None) -> Path:
    """ANSIM_STATE when set; else the nearest `.ansim` from the current folder upwards; else `.ansim` right here."""
    chosen = os.environ.get("ANSIM_STATE")
    if chosen:
        return Path(chosen)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / ".ansim" / _MARK).exists() or (folder / "shared" / "ansim").is_dir():
            return folder / ".ansim"
    return here / ".ansim"


def default_cache(fallback: Path) -> Path:
    """Where downloads that all suites of a user share are kept: ANSIM_CACHE, else the user's cache folder.

    A machine account without a writable home gets `fallback`, a folder inside the state folder.
    """
    chosen = os.environ.get("ANSIM_CACHE")
    if chosen:
        return Path(chosen).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("HOME", "") and f"{os.environ['HOME']}/.cache")
    if base and Path(base).is_absolute():
        try:
            (Path(base) / "ansim").mkdir(parents=True, exist_ok=True)
        except OSError:
            return fallback
        if os.access(Path(base) / "ansim", os.W_OK):
            return Path(base) / "ansim"
    return fallback
