"""The OpenID Connect client: authorization code flow with PKCE S256 for people, token validation for programs."""

import base64
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ansim.access.attempt import Attempt
from ansim.errors import AnsimError, Retriable

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
SCOPE: Final = "openid profile"
_METADATA_SECONDS: Final = 3600.0
_KEYS_AGAIN_SECONDS: Final = 15.0
_TOKEN_SECONDS: Final = 60.0
_MOST_TOKENS: Final = 2_000
_LEEWAY_SECONDS: Final = 30


class SignInRefused(AnsimError):
    """The provider's answer does not prove who this is. `reason` is a word of our own, for log and tests."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization: str
    token: str
    userinfo: str
    jwks: str
    end_session: str | None
    read_at: float


class Provider:
    """One provider and our client at it. Raises Retriable while the provider does not answer.

    The issuer's metadata is read again every hour, its keys whenever a token names one we do not have (at most every
    15 seconds, so that nonsense tokens cannot make us ask all the time).
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        http: httpx2.AsyncClient | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.issuer = issuer
        self._id = client_id
        self._secret = client_secret
        self._http = http if http is not None else _http(issuer)
        self._now = now
        self._metadata: _Metadata | None = None
        self._keys: KeySet | None = None
        self._keys_read_at = float("-inf")
        self._tokens: OrderedDict[bytes, tuple[str | None, float]] = OrderedDict()

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_url(self, attempt: Attempt, redirect_uri: str) -> str:
        """Where the person's browser goes to sign in."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{(await self._about()).authorization}?{urlencode(query, quote_via=quote)}"

    async def finish(self, attempt: Attempt, answer: Mapping[str, str], redirect_uri: str) -> str:
        """The subject that the provider's answer proves. Raises SignInRefused when it proves nothing."""
        if not hmac.compare_digest(answer.get("state", ""), attempt.state):
            raise SignInRefused("state")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise SignInRefused("iss")
        if "error" in answer or not answer.get("code"):
            raise SignInRefused("declined")
        token = (await self._redeem(attempt, answer["code"], redirect_uri)).get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("code")
        claims = await self._verified(token)
        if not all(_made_for(claims, self._id)):
            raise SignInRefused("audience")
        if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(str(claims["nonce"]), attempt.nonce):
            raise SignInRefused("nonce")
        return str(claims["sub"])

    async def access_token(self, attempt: Attempt, code: str, redirect_uri: str) -> str:
        """The access token for a code. Raises SignInRefused when the provider gives none."""
        token = (await self._redeem(attempt, code, redirect_uri)).get("access_token")
        if not isinstance(token, str):
            raise SignInRefused("code")
        return token

    async def subject_of(self, token: str) -> str | None:
        """Whose access token this is, None when it is not valid. The answer is remembered for up to a minute, by a hash
        of the token, so a revoked token works for that long at most."""
        key, now = hashlib.sha256(token.encode()).digest(), self._now()
        while self._tokens and next(iter(self._tokens.values()))[1] <= now:
            self._tokens.popitem(last=False)
        if key in self._tokens:
            return self._tokens[key][0]
        subject = await (self._subject_of_jwt(token) if token.count(".") == 2 else self._subject_by_userinfo(token))
        self._tokens[key] = (subject, now + _TOKEN_SECONDS)
        if len(self._tokens) > _MOST_TOKENS:
            self._tokens.popitem(last=False)
        return subject

    async def end_session_url(self, back: str) -> str | None:
        """Where the browser goes so that the provider forgets the person too; None when it cannot."""
        url = (await self._about()).end_session
        return None if url is None else f"{url}?{urlencode({'client_id': self._id, 'post_logout_redirect_uri': back})}"

    async def _redeem(self, attempt: Attempt, code: str, redirect_uri: str) -> dict[str, object]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        response = await self._ask("POST", (await self._about()).token, data=form, auth=(self._id, self._secret))
        return _json(response) if response.status_code == 200 else {}

    async def _subject_of_jwt(self, token: str) -> str | None:
        try:
            claims = await self._verified(token)
        except SignInRefused:
            return None
        is_id_token = "nonce" in claims or claims.get("typ") == "ID"
        return None if is_id_token or not any(_made_for(claims, self._id)) else str(claims["sub"])

    async def _subject_by_userinfo(self, token: str) -> str | None:
        url = (await self._about()).userinfo
        response = await self._ask("GET", url, headers={"Authorization": f"Bearer {token}"})
        subject = _json(response).get("sub") if response.status_code == 200 else None
        return subject if isinstance(subject, str) and subject else None

    async def _verified(self, token: str) -> dict[str, object]:
        """The claims of a token signed by the provider, by an allowed algorithm, for now."""
        try:
            claims = self._claims(token, await self._key_set(again=False))
        except SignInRefused:  # perhaps signed with a key that is newer than those we have
            claims = self._claims(token, await self._key_set(again=True))
        return claims

    def _claims(self, token: str, keys: KeySet) -> dict[str, object]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            claims: dict[str, object] = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError):
            raise SignInRefused("token") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInRefused("token")
        return claims

    async def _key_set(self, *, again: bool) -> KeySet:
        old_enough = self._now() - self._keys_read_at >= _KEYS_AGAIN_SECONDS
        expired = self._now() - self._keys_read_at >= _METADATA_SECONDS
        if self._keys is None or expired or (again and old_enough):
            response = await self._ask("GET", (await self._about()).jwks)
            try:
                self._keys = KeySet.import_key_set(_json(response))  # type: ignore[arg-type]  # checked by the library
            except (JoseError, ValueError, KeyError, TypeError):
                raise Retriable("the sign-in provider's keys cannot be read") from None
            self._keys_read_at = self._now()
        return self._keys

    async def _about(self) -> _Metadata:
        if self._metadata is None or self._now() - self._metadata.read_at >= _METADATA_SECONDS:
            found = _json(await self._ask("GET", self.issuer.rstrip("/") + "/.well-known/openid-configuration"))
            if found.get("issuer") != self.issuer:
                raise Retriable("the sign-in provider calls itself by another name than ANSIM_OIDC_ISSUER")
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            urls = [found.get(name) for name in names]
            end = found.get("end_session_endpoint")
            authorization, token, userinfo, jwks = (str(url) if isinstance(url, str) else "" for url in urls)
            if not (authorization and token and userinfo and jwks):
                raise Retriable("the sign-in provider's metadata is not complete")
            self._metadata = _Metadata(
                authorization, token, userinfo, jwks, end if isinstance(end, str) else None, self._now()
            )
        return self._metadata

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        try:
            response = await self._http.request(method, url, data=data, auth=auth, headers=headers)
        except httpx2.HTTPError as error:
            raise Retriable(f"the sign-in provider does not answer ({type(error).__name__})") from None
        if response.status_code >= 500:
            raise Retriable("the sign-in provider has trouble of its own")
        return response


def _made_for(claims: Mapping[str, object], client_id: str) -> tuple[bool, bool]:
    """Whether `aud` names us, and whether `azp` does (None is as good as us where `aud` names nobody else)."""
    aud, azp = claims.get("aud"), claims.get("azp")
    audience = aud if isinstance(aud, list) else [aud]
    return client_id in audience, azp == client_id or (azp is None and audience == [client_id])


def _http(issuer: str) -> httpx2.AsyncClient:
    """No redirects: tokens go to the addresses that the issuer's metadata names and nowhere else."""
    hostname = urlsplit(issuer).hostname or ""
    on_this_machine = hostname in {"127.0.0.1", "localhost", "::1"} or hostname.endswith(".localhost")
    return httpx2.AsyncClient(timeout=5.0, follow_redirects=False, trust_env=not on_this_machine)


def _json(response: httpx2.Response) -> dict[str, object]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
