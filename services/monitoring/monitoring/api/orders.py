"""How monitoring's API carries out what gives an id: once for a key."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request

from ansim.journal import Context, Unit
from ansim.runtime.kit import Kit
from ansim.web.api import carry_out_once


class Created(BaseModel):
    """Where the new record is."""

    id: UUID
    location: str


async def carry_out(
    kit: Kit, request: Request, context: Context, key: UUID | None, work: Callable[[Unit], Awaitable[UUID]]
) -> UUID:
    """Do `work` once for this key and give the id it gave; a repeat gives the first one's id and does nothing."""

    async def noted(unit: Unit) -> dict[str, Any]:
        return {"id": str(await work(unit))}

    return UUID((await carry_out_once(kit, request, context, key, noted))["id"])
