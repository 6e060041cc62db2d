"""Access tokens of the demonstration's people, for scripts: what `ansim token ROLE` prints."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import httpx2

from ansim.access.attempt import Attempts
from ansim.access.oidc import Provider
from ansim.access.roles import Role
from ansim.access.staff import demo_staff
from ansim.errors import Fatal, Retriable
from ansim.vault import derive

if TYPE_CHECKING:
    from ansim.runtime.settings import Settings

_CALLBACK = "http://127.0.0.1/sign-in/callback"


async def demo_token(issuer: str, subject: str, client_id: str = "ansim", client_secret: str = "") -> str:
    """Signs an invented person in at the demo provider, as a browser would, and gives their access token.

    Raises Retriable when the provider does not answer, Fatal when it is not the demo's or knows nobody of that name.
    """
    attempt = Attempts(derive(bytes(32), "one use, never stored")).begin("/")
    async with httpx2.AsyncClient(timeout=10.0, trust_env=False) as http:
        provider = Provider(issuer, client_id, client_secret, http)
        page = await provider.authorization_url(attempt, _CALLBACK)
        try:
            answer = await http.post(page, data={"sub": subject})
        except httpx2.HTTPError as error:
            raise Retriable(f"the sign-in provider does not answer ({type(error).__name__})") from None
        returned = dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))
        if returned.get("state") != attempt.state or "code" not in returned:
            raise Fatal("the demo provider does not know this person")
        return await provider.access_token(attempt, returned["code"], _CALLBACK)


def token(settings: "Settings", role: str) -> str:
    """The access token of the first invented person with this role, or with this subject. Raises Fatal with the roles."""
    people = [each for each in demo_staff() if role == each.subject or role.replace("-", "_") in each.roles]
    if not people:
        raise Fatal(f"no invented person is {role!r}; roles: {', '.join(sorted(Role))}")
    secret = settings.oidc_client_secret.get_secret_value()
    return asyncio.run(demo_token(settings.oidc_issuer, people[0].subject, settings.oidc_client_id, secret))
