"""Watches over JSON."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from ansim.access import Role
from ansim.contracts.codes import Platform
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, tagged
from monitoring.api.orders import carry_out
from monitoring.commands import AcceptWatch, accept_watch
from monitoring.domain.watch import WatchState
from monitoring.queries import watches as queries
from monitoring.queries.watches import Show


class WatchView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    label: str
    version: int
    platform: Platform
    seen_gone: bool
    state: WatchState
    received_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None


class WatchApi:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(tags=["watches"], dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/watches", self.page, methods=["GET"])
        router.add_api_route("/watches/{watch}", self.one, methods=["GET"])
        router.add_api_route("/watches/{watch}/accept", self.accept, methods=["POST"], name="accept_watch")
        return router

    async def page(self, page: AskedPage, show: Show = Show.OPEN) -> Slice[WatchView]:
        """Newest first. `next` is the cursor of the following page, null on the last."""
        async with self.kit.store.read() as conn:
            rows, following = await queries.watches(conn, show, page)
        return Slice(items=[WatchView.model_validate(row) for row in rows], next=following)

    async def one(self, watch: UUID, response: Response) -> WatchView:
        async with self.kit.store.read() as conn:
            row = await queries.watch(conn, watch)
        tagged(response, row.version)
        return WatchView.model_validate(row)

    async def accept(
        self, request: Request, watch: UUID, response: Response, seen: Seen, key: IdempotencyKey = None
    ) -> WatchView:
        command = AcceptWatch(watch=watch, seen=seen)
        context = self.kit.access.context(request, request.state.staff)
        await carry_out(self.kit, request, context, key, lambda unit: accept_watch(unit, command))
        return await self.one(watch, response)
