"""People's browsers as cheap as they can be, so that what is measured is not the measuring: one kept connection each, HTTP/1.1
written by hand."""

import asyncio
from urllib.parse import urlencode, urlsplit


class Browser:
    """One person at an address of their own; all of 127.0.0.0/8 is this machine. Asks one thing at a time."""

    def __init__(self, url: str, person: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._home = f"127.1.{person // 250}.{1 + person % 250}"
        self._kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._free = asyncio.Lock()
        self.cookies: dict[str, str] = {}

    async def get(self, path: str) -> tuple[int, str]:
        return await self._ask(f"GET {path}", b"")

    async def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        return await self._ask(f"POST {path}", urlencode(form).encode())

    async def close(self) -> None:
        if self._kept is not None:
            self._kept[1].close()

    async def _ask(self, what: str, body: bytes) -> tuple[int, str]:
        """Status and text of the answer. Raises IncompleteReadError when the server hangs up over it."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{what} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept-Language: ko\r\nCookie: {cookies}\r\n"
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        async with self._free:
            reader, writer = await self._connection()
            writer.write(head.encode() + body)
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
            length = 0
            for name, _, value in (line.partition(": ") for line in lines):
                if name.lower() == "content-length":
                    length = int(value)
                elif name.lower() == "set-cookie":
                    cookie, _, content = value.partition(";")[0].partition("=")
                    self.cookies[cookie] = content
            return int(first.split()[1]), (await reader.readexactly(length)).decode()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The kept connection, a new one where there is none or the server has closed it meanwhile."""
        if self._kept is None or self._kept[0].at_eof():
            await self.close()
            self._kept = await asyncio.open_connection(self._host, self._port, local_addr=(self._home, 0))
        return self._kept
