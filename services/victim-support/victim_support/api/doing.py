"""What all endpoints do alike: carry out a command once, and say what it changed. `Answer` is what they give out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from ansim.access import Staff
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.api import carry_out_once

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

T = TypeVar("T", bound=Command)


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class Done(Answer):
    """What a command changed, and its version now."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Doing:
    """Carries out commands for programs."""

    kit: "Kit"

    async def once(
        self,
        request: Request,
        staff: Staff,
        key: UUID | None,
        command: T,
        act: Callable[[Unit, T], Awaitable[Any]],
        done: Callable[[Any], tuple[str, UUID]],
    ) -> Done:
        """Run a command once under its key. `done` says which aggregate its result stands for."""

        async def work(unit: Unit) -> dict[str, Any]:
            aggregate, changed = done(await act(unit, command))
            version = await unit.conn.fetchval(
                "select max(version) from journal where aggregatetype = $1 and aggregateid = $2", aggregate, changed
            )
            return {"id": str(changed), "version": version}

        return Done(**await carry_out_once(self.kit, request, self.kit.access.context(request, staff), key, work))
