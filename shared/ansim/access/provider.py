"""The sign-in provider of the demonstration: a real OpenID Connect code flow for invented people, without passwords.

On this machine only (the loopback address, or a container whose port is published there), and never for production:
there an organisation's own provider (Keycloak, say) takes its place, and nothing of the services changes. The protocol
is oidc-provider-mock's; what it leaves open is closed here: PKCE S256 is required and checked, only our client and only
sign-in callbacks on this machine are served, only the listed people exist, and nobody can change them.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
import threading
import time
import warnings
from collections import OrderedDict
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import flask
import structlog
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ansim.access.demo_token import token
from ansim.access.roles import ROLE_TITLES
from ansim.access.staff import StaffMember, demo_staff
from ansim.web.i18n import COOKIE, catalogue, language_for
from ansim.web.statics import Statics

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_LISTENS_AT: Final = _LOOPBACK | {"0.0.0.0"}  # noqa: S104 - inside a container; compose publishes its port on the loopback
_SERVED: Final = frozenset(
    {
        "/.well-known/openid-configuration",
        "/jwks",
        "/oauth2/authorize",
        "/oauth2/token",
        "/oauth2/end_session",
        "/userinfo",
        "/health",
    }
)
_STATIC: Final = "/static/"
_CALLBACK_PATH: Final = "/sign-in/callback"
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE_SECONDS: Final = 120.0
_MOST_CODES: Final = 1_000
_TOKEN_LIFE: Final = timedelta(hours=8)
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* http://localhost:* http://*.localhost:*"
)

__all__ = ["create_provider", "main", "make", "token"]

log = structlog.get_logger("provider")


class _Challenges:
    """The PKCE challenge of each code that was given out. A code is good for one try within two minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_code: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def keep(self, code: str, challenge: str) -> None:
        with self._lock:
            self._by_code[code] = (challenge, time.monotonic() + _CODE_SECONDS)
            while len(self._by_code) > _MOST_CODES:
                self._by_code.popitem(last=False)

    def passes(self, code: str, verifier: str) -> bool:
        with self._lock:
            challenge, until = self._by_code.pop(code, ("", 0.0))
        digest = hashlib.sha256(verifier.encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return time.monotonic() < until and hmac.compare_digest(proof, challenge)


def create_provider(client_id: str, client_secret: str, assets: Path | None = None) -> flask.Flask:
    """The provider as a WSGI application that knows one client. With an empty secret any is accepted. Its page speaks
    the language that was chosen on the services' pages, and is dressed as they are when their `assets` were built."""
    with warnings.catch_warnings():
        import_module("authlib.deprecate")  # from its import on it shows its own warnings always: be after it
        warnings.simplefilter("ignore")  # the mock uses parts of Authlib that announce their end
        import oidc_provider_mock

        people = [oidc_provider_mock.User(sub=each.subject, claims={"name": each.name}) for each in demo_staff()]
        app = flask.Flask(__name__, template_folder="provider_templates", static_folder=None)
        app.secret_key = secrets.token_bytes(32)
        oidc_provider_mock.init_app(
            app, require_nonce=True, issue_refresh_token=False, access_token_max_age=_TOKEN_LIFE, user_claims=people
        )
    app.debug = False
    app.wsgi_app = flask.Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]  # without the mock's debugger
    statics = Statics(assets)
    app.context_processor(lambda: _page_words() | {"asset": statics.address})
    _add_checks(app, client_id, client_secret)
    app.get("/health")(lambda: {"ready": True})
    app.get(f"{_STATIC}<name>", endpoint="file")(lambda name: _file(statics, name))
    return app


def _page_words() -> dict[str, Any]:
    """What the templates say, in the reader's language."""
    request = flask.request
    lang = language_for(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))
    says = catalogue("ansim", lang).gettext

    def titles(person: StaffMember) -> str:
        return ", ".join(says(ROLE_TITLES[role]) for role in sorted(person.roles))

    people = [{"subject": each.subject, "name": each.name, "roles": titles(each)} for each in demo_staff()]
    return {"lang": lang, "_": lambda sentence, **parts: says(sentence).format(**parts), "people": people}


def _file(statics: Statics, name: str) -> flask.Response:
    found = statics.content(name)
    if found is None:
        flask.abort(404)
    return flask.Response(found[0], content_type=found[1])


def _add_checks(app: flask.Flask, client_id: str, client_secret: str) -> None:
    challenges = _Challenges()
    subjects = {each.subject for each in demo_staff()}

    @app.before_request
    def check() -> Any:
        request = flask.request
        if not _leads_here(urlsplit(request.host_url).hostname) or not _is_served(request.path):
            flask.abort(404)
        if request.path == "/oauth2/authorize":
            return _check_authorization(client_id, subjects)
        if request.path == "/oauth2/token":
            return _check_token_request(client_id, client_secret, challenges)
        return _end_session() if request.path == "/oauth2/end_session" else None

    @app.after_request
    def finish(response: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/authorize" and response.location:
            for code in parse_qs(urlsplit(response.location).query).get("code", []):
                challenges.keep(code, flask.request.args["code_challenge"])
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _check_authorization(client_id: str, subjects: set[str]) -> Any:
    args = flask.request.args
    good = (
        args.get("client_id") == client_id
        and args.get("response_type") == "code"
        and args.get("code_challenge_method") == "S256"
        and _CHALLENGE.fullmatch(args.get("code_challenge", ""))
        and args.get("state")
        and args.get("nonce")
        and _on_this_machine(args.get("redirect_uri", ""), _CALLBACK_PATH)
    )
    known = flask.request.method == "GET" or flask.request.form.get("sub") in subjects
    return None if good and known else (flask.render_template("error.html"), 400)


def _check_token_request(client_id: str, client_secret: str, challenges: _Challenges) -> Any:
    form, auth = flask.request.form, flask.request.authorization
    sent_id, sent_secret = form.get("client_id", ""), form.get("client_secret", "")
    if auth is not None and auth.type == "basic":
        sent_id, sent_secret = auth.username or "", auth.password or ""
    right_secret = not client_secret or hmac.compare_digest(sent_secret.encode(), client_secret.encode())
    if sent_id != client_id or not right_secret:
        return {"error": "invalid_client"}, 401
    if form.get("grant_type") != "authorization_code":
        return {"error": "unsupported_grant_type"}, 400
    if not challenges.passes(form.get("code", ""), form.get("code_verifier", "")):
        return {"error": "invalid_grant"}, 400
    return None


def _end_session() -> "Response":
    """There is nothing to end: the provider keeps no session. Leads back to where it was told to, on this machine."""
    back = flask.request.values.get("post_logout_redirect_uri", "")
    if not _on_this_machine(back):
        flask.abort(400)
    return flask.redirect(back, 303)


def _is_served(path: str) -> bool:
    return path in _SERVED or path.startswith(_STATIC)


def _leads_here(hostname: str | None) -> bool:
    """Names under `.localhost` lead to the loopback address in every browser."""
    return hostname is not None and (hostname in _LOOPBACK or hostname.endswith(".localhost"))


def _on_this_machine(url: str, path: str | None = None) -> bool:
    parts = urlsplit(url)
    here = parts.scheme in {"http", "https"} and _leads_here(parts.hostname) and not parts.username
    return here and (path is None or (parts.path == path and not parts.query and not parts.fragment))


class _Quiet(WSGIRequestHandler):
    """No line a request: a token request's line would be harmless, an authorization's holds codes."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Says nothing."""


def make(
    port: int,
    host: str = "127.0.0.1",
    client_id: str = "ansim",
    client_secret: str = "",
    assets: Path | None = None,
) -> BaseWSGIServer:
    """A threaded server on this machine, not serving yet; port 0 lets the system choose one."""
    if host not in _LISTENS_AT:
        raise ValueError("the demonstration's sign-in listens on this machine only")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, which never leaves this machine
    app = create_provider(client_id, client_secret, assets)
    return make_server(host, port, app, threaded=True, request_handler=_Quiet)


def main(port: int, host: str | None = None) -> None:
    """Serves until the process is told to stop. `host`: ANSIM_HOST, the loopback address when neither is given."""
    host = host or os.environ.get("ANSIM_HOST", "127.0.0.1")
    client_id = os.environ.get("ANSIM_OIDC_CLIENT_ID", "ansim")
    assets = os.environ.get("ANSIM_ASSETS")
    server = make(
        port, host, client_id, os.environ.get("ANSIM_OIDC_CLIENT_SECRET", ""), Path(assets) if assets else None
    )
    log.info("process_started", port=server.server_port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        log.info("process_stopping", signal="SIGINT")
    finally:
        server.server_close()
