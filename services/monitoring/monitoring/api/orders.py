"""What all POSTs of the API have in common: bodies without what the address says, repeats, and versions decided on."""

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel, create_model
from starlette.requests import Request
from starlette.responses import Response

from ansim.errors import DomainError, Message
from ansim.journal import Context, Unit
from ansim.runtime.kit import Kit
from ansim.web.commands import Command

IdempotencyKey = Annotated[UUID | None, Header(alias="Idempotency-Key")]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=40)]

LARGEST_PAGE: Final = 200


class Created(BaseModel):
    """Where the new record is."""

    id: UUID
    location: str


def body_of(model: type[Command], *said_elsewhere: str) -> type[Command]:
    """The command without the fields that address, sign-in or headers say."""
    fields = {name: (info.annotation, info) for name, info in model.model_fields.items() if name not in said_elsewhere}
    body: type[Command] = create_model(f"{model.__name__}Body", __base__=Command, __doc__=model.__doc__, **fields)  # type: ignore[call-overload]
    return body


def seen_of(if_match: str | None) -> int | None:
    """The version in an ETag such as `"3"`; None when the header was not sent or is `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/").strip('"')
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise DomainError("bad_if_match", "If-Match", Message("Send the ETag of the version you decided on."))
    return int(version)


def tagged(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def cursor_of(number: int | None) -> str | None:
    """An opaque cursor: the next page begins below this number."""
    return None if number is None else base64.urlsafe_b64encode(f"below:{number}".encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """Raises DomainError for a cursor that was not given out here."""
    if cursor is None:
        return None
    try:
        known, _, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        if known != "below" or not 0 <= int(number) < 2**62:
            raise ValueError(cursor)
        return int(number)
    except (ValueError, binascii.Error) as error:
        raise DomainError("bad_cursor", "cursor", Message("Take the cursor from the page before.")) from error


async def carry_out(
    kit: Kit, request: Request, context: Context, key: UUID | None, work: Callable[[Unit], Awaitable[UUID]]
) -> UUID:
    """Do `work` once for this key and give the id it gave; a repeat gives the first one's id and does nothing."""
    fingerprint = hashlib.sha256(request.url.path.encode() + b"\n" + await request.body()).hexdigest()
    async with kit.store.unit(context) as unit:
        if await unit.once(key, fingerprint):
            done = await work(unit)
            await unit.remember(key, {"id": str(done)})
            return done
        return UUID((await unit.recall(key) or {})["id"])
