"""Who acts when a volunteer does something: their sign-in and role, never their name, which is sealed."""

from dataclasses import replace

from starlette.requests import Request

from ansim.journal import Context
from ansim.runtime.kit import Kit


def monitor_context(kit: Kit, request: Request) -> Context:
    context = kit.access.context(request, request.state.staff)
    return replace(context, actor=replace(context.actor, name=""))
