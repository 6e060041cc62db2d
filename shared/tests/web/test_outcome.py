"""How a sent form ends: done once, refused with its sentence, or overtaken by somebody else."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter

from ansim.errors import DomainError, Message, NotFound, VersionConflict
from ansim.inbox import Reactor
from ansim.journal import Projector, Unit
from ansim.runtime import Kit, Service
from ansim.testing.kits import KitFor
from ansim.testing.stores import some_context
from ansim.web import Command, Form, Line
from ansim.web.outcome import Outcome, carry_out_form

MADE = UUID(int=7)
End = Callable[..., Awaitable[Outcome[Any]]]


class Rename(Command):
    name: Line


def _nothing(kit: Kit) -> APIRouter:
    return APIRouter()


@pytest.fixture
async def end(kit_for: KitFor) -> End:
    kit = await kit_for(Service("intake", "intake", "Intake", Projector(), Reactor(), _nothing, _nothing))

    async def carried_out(
        act: Callable[[Unit, Rename], Awaitable[UUID | None]], key: UUID | None = None, command: Rename | None = None
    ) -> Outcome[Any]:
        form = Form(command, {} if command else {"name": "Fill in this field."}, {"name": "typed"}, key or uuid4())
        named = Form(form.value, form.errors, form.raw, form.key, frozenset({"name"}))
        request: Any = SimpleNamespace(url=SimpleNamespace(path="/renamed"))
        return await carry_out_form(kit, request, some_context(), named, act)

    return carried_out


GOOD = Rename(name="a")


async def making(unit: Unit, command: Rename) -> UUID:
    return MADE


async def never(unit: Unit, command: Rename) -> None:
    raise AssertionError("a repeat has no second effect")


async def test_a_form_sent_twice_is_carried_out_once_and_ends_alike(end: End) -> None:
    key = uuid4()
    first, second = await end(making, key, GOOD), await end(never, key, GOOD)

    assert first.done
    assert (first.done, first.made) == (second.done, second.made) == (True, MADE)


async def test_a_wrong_form_is_never_carried_out(end: End) -> None:
    outcome = await end(never)

    assert (outcome.done, outcome.status, outcome.form.errors) == (False, 422, {"name": "Fill in this field."})


async def test_a_rule_speaks_at_its_field_and_leaves_the_key_free(end: End) -> None:
    async def refusing(unit: Unit, command: Rename) -> None:
        raise DomainError("taken", "name", Message("Write text."))

    key = uuid4()
    refused, again = await end(refusing, key, GOOD), await end(making, key, GOOD)

    assert (refused.done, refused.status, refused.form.errors) == (False, 422, {"name": "Write text."})
    assert refused.form.raw == {"name": "typed"}
    assert again.done


async def test_a_change_by_somebody_else_is_a_conflict_with_the_form_kept(end: End) -> None:
    async def overtaken(unit: Unit, command: Rename) -> None:
        raise VersionConflict("report", MADE, 1, 2)

    outcome = await end(overtaken, None, GOOD)

    assert (outcome.done, outcome.status, outcome.form.value) == (False, 409, GOOD)
    assert outcome.conflict is not None


async def test_what_nobody_can_mend_in_the_form_is_raised(end: End) -> None:
    async def missing(unit: Unit, command: Rename) -> None:
        raise NotFound("report", MADE)

    with pytest.raises(NotFound):
        await end(missing, None, GOOD)
