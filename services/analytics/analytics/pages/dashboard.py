"""The dashboard, the figures beside the published ones, and the definitions behind them."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from analytics.definitions import definition, definitions
from analytics.pages.board import Board
from analytics.pages.live import LiveBoard
from analytics.queries import read_checks, read_figures
from analytics.readers import READERS
from ansim.access import Staff
from ansim.errors import NotFound
from ansim.runtime import Kit


def dashboard(kit: Kit) -> APIRouter:
    router = APIRouter()
    reader = Depends(kit.access.staff(*READERS))
    live_board = LiveBoard(kit)

    async def board() -> Board:
        async with kit.store.read() as conn:
            return Board(await read_figures(conn))

    @router.get("/")
    async def now(request: Request, staff: Staff = reader) -> Response:
        return kit.web.page(request, "analytics/dashboard.html", board=await board())

    @router.get("/live")
    async def live(request: Request, staff: Staff = reader) -> Response:
        """The same parts, sent again whenever they change."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(live_board.stream(staff.lang), media_type="text/event-stream", headers=headers)

    @router.get("/figures")
    async def figures(request: Request, staff: Staff = reader) -> Response:
        async with kit.store.read() as conn:
            reading, checks = await read_figures(conn), await read_checks(conn)
        return kit.web.page(request, "analytics/figures.html", board=Board(reading), checks=checks)

    @router.get("/definitions")
    async def all_definitions(request: Request, staff: Staff = reader) -> Response:
        return kit.web.page(request, "analytics/definitions.html", definitions=definitions())

    @router.get("/definitions/{id}")
    async def one_definition(request: Request, id: str, staff: Staff = reader) -> Response:
        try:
            found = definition(id)
        except KeyError as error:
            raise NotFound("definition", id) from error
        return kit.web.page(
            request, "analytics/definition.html", definition=found, shown=(await board()).of(id), board=await board()
        )

    return router
