"""One process under supervision: what to run, as whom, how it is stopped, and how it dies with its supervisor."""

import ctypes
import os
import pwd
import signal
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ansim.errors import Fatal

__all__ = ["Program", "leash", "open_to_all", "unprivileged_user"]

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class Program:
    """`ready` answers whether the started process can do its work; it is asked again and again until it says yes.
    `alive` answers whether it still makes progress; a process that says no for long is killed and started again.

    `stop_signal` asks for a graceful end; after `stop_seconds` the process group is killed. `user` is the account to
    run as when the supervisor runs as root, for servers that refuse root; `reach` lists folders it must get into.
    Programs that others depend on are servers (`is_server`): they are stopped last, one after the other.
    """

    name: str
    argv: Sequence[str]
    ready: Callable[[], Awaitable[bool]]
    alive: Callable[[], Awaitable[bool]] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None
    is_server: bool = False
    user: str | None = None
    reach: tuple[Path, ...] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    start_seconds: float = 120.0


def unprivileged_user() -> str | None:
    """The account for servers that refuse to run as root; None when this process is not root.

    Takes an account that is there already: a demo adds no users to a machine.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            if pwd.getpwnam(name).pw_uid != 0:
                return name
        except KeyError:
            continue
    raise Fatal("PostgreSQL does not run as root, and there is neither an account postgres nor nobody: start as a user")


def open_to_all(path: Path) -> bool:
    """Whether every account may get into the folder: all folders above it and itself can be entered by others."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents) if folder.exists())


def leash(program: Program) -> Callable[[], None]:
    """What the child does between fork and exec: its own group, another account if asked, death with its parent.

    The kernel sends the program's stop signal when the supervisor dies in whatever way, so nothing outlives it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    account = pwd.getpwnam(program.user) if program.user else None
    closed = account is not None and not all(open_to_all(folder) for folder in program.reach)
    death_signal = int(program.stop_signal)
    parent = os.getpid()

    def before_exec() -> None:
        os.setsid()
        if account is not None:
            _become(libc, account.pw_uid, account.pw_gid, keep_reach=closed)
        libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def _become(libc: ctypes.CDLL, uid: int, gid: int, *, keep_reach: bool) -> None:
    """Drops root. With `keep_reach` the process may still enter folders closed to others (a clone in a private home):
    opening those folders to everyone instead would be a lasting change to someone's machine."""
    if keep_reach:
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keep_reach:
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        bit = 1 << _CAP_DAC_OVERRIDE
        data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        libc.capset(header, data)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
