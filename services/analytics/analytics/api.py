"""The figures as JSON, for scripts of the centre. Read only: nothing here can be changed from outside."""

from typing import Any

from fastapi import APIRouter, Depends, Response

from analytics.definitions import definition, definitions
from analytics.queries import Reading, read_figures
from analytics.readers import READERS
from ansim.errors import NotFound
from ansim.runtime import Kit


def api(kit: Kit) -> APIRouter:
    router = APIRouter(dependencies=[Depends(kit.access.staff(*READERS))], tags=["figures"])

    async def reading(response: Response) -> Reading:
        async with kit.store.read() as conn:
            found = await read_figures(conn)
        response.headers["ETag"] = f'"{found.generation}-{sum(p.counted for p in found.progress.values())}"'
        return found

    @router.get("/figures")
    async def figures(response: Response) -> list[dict[str, Any]]:
        """Every figure with numerator, denominator, unknowns, unit and the positions it is counted to."""
        found = await reading(response)
        return [_whole(found, d.id) for d in definitions()]

    @router.get("/figures/{id}")
    async def figure(id: str, response: Response) -> dict[str, Any]:
        try:
            definition(id)
        except KeyError as error:
            raise NotFound("figure", id) from error
        return _whole(await reading(response), id)

    @router.get("/definitions")
    async def all_definitions() -> list[dict[str, Any]]:
        """Every metric definition, as the files say it, with the hash of what it counts."""
        return [{**d.model_dump(mode="json", by_alias=True), "tally": d.tally.hash} for d in definitions()]

    return router


def _whole(found: Reading, id: str) -> dict[str, Any]:
    d = definition(id)
    whole = {**found.as_json(d), "title": {"ko": d.title.ko, "en": d.title.en}}
    whole["as_of"] = found.as_of.isoformat() if found.as_of else None
    if d.value == "breakdown":
        whole["parts"] = found.parts(d)
    return whole
