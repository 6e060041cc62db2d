"""The live dashboard: one reader per process, and a latest-only place for each open page.

A page that reads slowly misses what lay in between and gets the newest; memory never grows with the number of changes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

import asyncpg
import orjson
import structlog

from analytics.pages.board import Board
from analytics.queries import Reading, read_as_of, read_figures
from ansim.errors import Retriable
from ansim.runtime import Kit

PARTS: Final = ("fresh", "counselling", "motives", "acts", "support", "now")
POLL_SECONDS: Final = 1.0
SETTLE_SECONDS: Final = 0.05
"""After a first hint, wait this long for more of them before reading."""
LIFETIME_SECONDS: Final = 600.0
"""Then the stream ends and the page connects anew, so that a sign-out or a lost role takes effect."""

_log = structlog.get_logger("dashboard")


@dataclass(eq=False)
class Page:
    """One open page: what it was sent last, and whether something newer is there."""

    lang: str
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    sent: dict[str, str] = field(default_factory=dict)


class LiveBoard:
    """Reads the figures when they change, for as long as a page is open."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._pages: set[Page] = set()
        self._reader: asyncio.Task[None] | None = None
        self._hint = asyncio.Event()
        self._rendered: dict[str, Mapping[str, str]] = {}
        self._board: Board | None = None
        self.readings = 0

    async def stream(self, lang: str) -> AsyncIterator[bytes]:
        """Server-sent events for one page until it goes, or its lifetime is over."""
        page = Page(lang)
        self._pages.add(page)
        if self._board is not None:
            page.changed.set()
        ends = monotonic() + LIFETIME_SECONDS
        try:
            yield b"retry: 2000\n\n"
            while monotonic() < ends:
                self._keep_reading()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(15):
                        await page.changed.wait()
                if not page.changed.is_set():
                    yield b": still here\n\n"
                page.changed.clear()
                for event in self._news(page):
                    yield event
        finally:
            self._pages.discard(page)
            if not self._pages:
                self._rest()

    def _keep_reading(self) -> None:
        """One reader, for as long as there is a page."""
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    def _rest(self) -> None:
        """Nobody looks: stop reading and forget what was read, so that the next page is never sent an older figure than
        the one it was loaded with."""
        if self._reader is not None:
            self._reader.cancel()
        self._reader, self._board, self._rendered = None, None, {}

    def _news(self, page: Page) -> list[bytes]:
        """What changed since the page last looked."""
        if self._board is None:
            return []
        news = []
        counted_to = sum(p.position for p in self._board.reading.progress.values())
        for name, html in self._parts(page.lang).items():
            if page.sent.get(name) != html:
                page.sent[name] = html
                data = orjson.dumps({"name": name, "html": html})
                news.append(b"event: part\nid: %d\ndata: %s\n\n" % (counted_to, data))
        if self._board.as_of is not None:
            news.append(b"event: tick\ndata: %s\n\n" % orjson.dumps({"as_of": self._board.as_of.isoformat()}))
        return news

    def _parts(self, lang: str) -> Mapping[str, str]:
        """The fragments in one language, rendered once for all pages."""
        if lang not in self._rendered:
            assert self._board is not None
            self._rendered[lang] = render_parts(self._kit, lang, self._board)
        return self._rendered[lang]

    async def _read(self) -> None:
        """Listen for commits of the statistics; look by itself every second, since a hint can be lost."""
        listener: asyncpg.Connection | None = None
        as_of: datetime | None = None
        try:
            while True:
                hinted = await self._wait()
                try:
                    if listener is None or listener.is_closed():
                        listener = await self._listen()
                        hinted = True
                    fresh = await self._as_of()
                    if hinted or self._board is None or fresh != as_of:
                        as_of = fresh
                        self._show(await self._figures())
                except Retriable as error:
                    _log.warning("dashboard_waits", reason=type(error).__name__)
                    listener = None
        finally:
            if listener is not None:
                listener.terminate()

    async def _wait(self) -> bool:
        """True when a commit was announced, False when it is just time to look."""
        if self._board is None:
            return True
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._hint.wait()
        except TimeoutError:
            return False
        await asyncio.sleep(SETTLE_SECONDS)
        self._hint.clear()
        return True

    async def _listen(self) -> asyncpg.Connection:
        try:
            conn = await asyncpg.connect(self._kit.settings.database_url.get_secret_value(), timeout=5)
            await conn.add_listener("statistics", lambda *_: self._hint.set())
        except (OSError, asyncpg.PostgresError) as error:
            await asyncio.sleep(POLL_SECONDS)
            raise Retriable("cannot listen for commits") from error
        return conn

    async def _as_of(self) -> datetime | None:
        async with self._kit.store.read() as conn:
            return await read_as_of(conn)

    async def _figures(self) -> Reading:
        async with self._kit.store.read() as conn:
            return await read_figures(conn)

    def _show(self, reading: Reading) -> None:
        self._board, self._rendered = Board(reading), {}
        self.readings += 1
        for page in self._pages:
            page.changed.set()


def render_parts(kit: Kit, lang: str, board: Board) -> dict[str, str]:
    """Every live part of the dashboard as a fragment."""
    return {name: kit.web.render(lang, f"analytics/parts/{name}.html", board=board) for name in PARTS}
