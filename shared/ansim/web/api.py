"""What all JSON APIs of the suite have in common: repeats, versions decided on, and pages of lists.

An endpoint declares what it takes and gets values, not headers:

    key: IdempotencyKey = None    for `carry_out_once`: sent again with the same body it has no second effect
    seen: Seen                    the version in `If-Match`, None when any will do
    page: AskedPage               from the queries `after` and `limit`; screens of lists take the same
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Protocol, Self, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Query
from pydantic import BaseModel, create_model
from starlette.requests import Request
from starlette.responses import Response

from ansim.errors import DomainError, Message
from ansim.journal import Context, Unit
from ansim.vault import derive, kek_from
from ansim.web.commands import Command

if TYPE_CHECKING:
    from ansim.runtime import Kit

__all__ = [
    "AskedPage",
    "IdempotencyKey",
    "Page",
    "Seen",
    "Slice",
    "body_of",
    "carry_out_once",
    "created",
    "seen_of",
    "tagged",
]

USUAL_SIZE: Final = 50
LARGEST_SIZE: Final = 200

SEEN_PATTERN: Final = r'^(\*|(W/)?"[1-9][0-9]{0,8}")$'
"""What `seen_of` takes, for callers who read the description; it refuses everything else in its own words."""

IdempotencyKey = Annotated[
    UUID | None, Header(alias="Idempotency-Key", description="A repeat with this key gets the first answer.")
]


def seen_of(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=40,
            description="The ETag of the version decided on.",
            json_schema_extra={"pattern": SEEN_PATTERN},
        ),
    ] = None,
) -> int | None:
    """The version in an ETag such as `"3"`; None when the header was not sent or is `*`. Raises DomainError."""
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/").strip('"')
    if not (version.isascii() and version.isdigit() and len(version) <= 9 and int(version) > 0):
        raise DomainError("bad_if_match", "If-Match", Message("Send the ETag of the version you decided on."))
    return int(version)


Seen = Annotated[int | None, Depends(seen_of)]


def tagged(response: Response, version: int) -> None:
    """The record's version as the answer's ETag."""
    response.headers["ETag"] = f'"{version}"'


def created(response: Response, path: str) -> str:
    """Names the new record in `Location`; gives the whole address. `path` begins after `/api/v1`."""
    location = response.headers["Location"] = f"/api/v1{path}"
    return location


def body_of(model: type[Command], *said_elsewhere: str) -> type[Command]:
    """The command's model without the fields that address, sign-in or headers say."""
    fields: dict[str, Any] = {
        name: (info.annotation, info) for name, info in model.model_fields.items() if name not in said_elsewhere
    }
    return create_model(f"{model.__name__}Body", __base__=Command, __doc__=model.__doc__, **fields)


class Numbered(Protocol):
    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Numbered)
T = TypeVar("T")


class Slice(BaseModel, Generic[T]):
    """One page of a list, newest first. `next` is the `after` of the page that follows, null on the last."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page as asked for: rows with numbers below `below`, newest first. Fetch `fetch` rows, then `cut` them."""

    below: int | None = None
    size: int = USUAL_SIZE

    @classmethod
    def asked(
        cls,
        after: Annotated[str | None, Query(max_length=40, description="`next` of the page before.")] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_SIZE)] = USUAL_SIZE,
    ) -> Self:
        """Raises DomainError for a cursor that was not given out here."""
        if not after:
            return cls(None, limit)
        try:
            text = urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii")
            known, _, number = text.partition(":")
            if known != "below" or not number.isdigit() or not 0 < int(number) < 2**62:
                raise ValueError("not a cursor of ours")
            return cls(int(number), limit)
        except (ValueError, Error) as error:
            raise DomainError("bad_cursor", "after", Message("Take the cursor from the page before.")) from error

    @property
    def first(self) -> bool:
        return self.below is None

    @property
    def fetch(self) -> int:
        """One row more than is shown, to know whether there is another page."""
        return self.size + 1

    def cut(self, rows: Sequence[R]) -> tuple[list[R], str | None]:
        """The rows of this page and the cursor of the next one, None on the last page."""
        shown = list(rows[: self.size])
        if len(rows) <= self.size:
            return shown, None
        return shown, urlsafe_b64encode(f"below:{shown[-1].number}".encode()).decode().rstrip("=")


AskedPage = Annotated[Page, Depends(Page.asked)]


async def carry_out_once(
    kit: "Kit",
    request: Request,
    context: Context,
    key: UUID | None,
    work: Callable[[Unit], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """Do `work` in a unit of its own, once for this key, and give its answer; a repeat gets the first answer.

    The answer holds JSON values only and nothing personal: it is kept in a table. When `work` raises, nothing is kept and
    the key is free again. Raises DomainError when the key was used by somebody else, at another address or with another
    body.
    """
    async with kit.store.unit(context) as unit:
        if not await unit.once(key, _fingerprint(kit, context, request.url.path, await request.body())):
            return await unit.recall(key) or {}
        answer = await work(unit)
        await unit.remember(key, answer)
        return answer


def _fingerprint(kit: "Kit", context: Context, path: str, body: bytes) -> str:
    """Tells one request from another. Keyed: a plain hash in a table would let its readers guess a name."""
    secret = derive(kek_from(kit.settings.kek.get_secret_value()), f"api-fingerprint|{kit.service.slug}")
    sent = b"\n".join((context.actor.subject.encode(), path.encode(), body))
    return hashlib.blake2b(sent, digest_size=16, key=secret).hexdigest()
