"""The coordinator's list of watches that victim support asked for."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage, Page
from ansim.web.outcome import Outcome, carry_out_form
from monitoring.commands import AcceptWatch, accept_watch
from monitoring.domain.watch import WatchState
from monitoring.queries import watches as queries
from monitoring.queries.watches import Show


class WatchPages:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/watches", self.queue, methods=["GET"])
        router.add_api_route("/watches/{watch}/accept", self.accept, methods=["POST"])
        return router

    async def queue(self, request: Request, page: AskedPage, show: Show = Show.OPEN) -> Response:
        return await self._show(request, page, show)

    async def accept(self, request: Request, watch: UUID) -> Response:
        form = await self.kit.web.form(request, AcceptWatch, watch=watch)
        context = self.kit.access.context(request, request.state.staff)
        outcome = await carry_out_form(self.kit, request, context, form, accept_watch)
        if outcome.done:
            return self.kit.web.see_other("/watches")
        return await self._show(request, Page(), Show.OPEN, outcome)

    async def _show(self, request: Request, page: Page, show: Show, outcome: Outcome[Any] | None = None) -> Response:
        async with self.kit.store.read() as conn:
            rows, following = await queries.watches(conn, show, page)
            counts = await queries.counts(conn)
        return self.kit.web.page(
            request,
            "monitoring/watches.html",
            outcome.status if outcome else 200,
            form=outcome.form if outcome else None,
            overtaken=bool(outcome and outcome.conflict),
            rows=rows,
            show=show,
            ended=counts[WatchState.ENDED],
            open=counts[WatchState.RECEIVED] + counts[WatchState.ACCEPTED],
            first=page.first,
            older=following,
            now=datetime.now(UTC),
        )
