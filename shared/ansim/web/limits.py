"""No request body is larger than a form needs to be: nothing here takes pictures or files."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST_BODY_BYTES", "BodyLimit"]

LARGEST_BODY_BYTES: Final = 64 * 1024


class BodyLimit:
    """Refuses with 413 while the body is being read, so that no more than the limit is ever held."""

    def __init__(self, app: ASGIApp, limit: int = LARGEST_BODY_BYTES) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limit:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
