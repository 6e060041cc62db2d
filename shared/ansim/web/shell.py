"""The shell around every page: what a service needs to render, read forms and refuse, in one object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit
from uuid import uuid4

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from ansim.contracts import codes
from ansim.errors import AnsimError, Forbidden, Message
from ansim.web.cells import CELLS
from ansim.web.charts import Charts
from ansim.web.csrf import Csrf, csrf_token, handing_out
from ansim.web.forms import Form, read_form
from ansim.web.headers import SecurityHeaders
from ansim.web.i18n import (
    Catalogue,
    catalogue,
    counted,
    current,
    language_of,
    said,
    speaking,
    switch_language,
    translated,
)
from ansim.web.kept import Kept
from ansim.web.limits import BodyLimit
from ansim.web.problems import (
    AWAY,
    UNSTORABLE,
    Problem,
    for_programs,
    log_failure,
    problem_of,
    problem_response,
    reference_of,
)
from ansim.web.said import FILTERS
from ansim.web.statics import Statics

if TYPE_CHECKING:
    from ansim.web.outcome import Outcome

__all__ = ["DESKS", "HeldUp", "NavItem", "Web"]

M = TypeVar("M", bound=BaseModel)

DESKS: Mapping[str, Message] = {
    "intake": Message("Intake"),
    "victim-support": Message("Victim support"),
    "counseling": Message("Counselling"),
    "monitoring": Message("Monitoring"),
    "analytics": Message("Analytics"),
}
"""The suite's desks as they are called in the header."""

LEAVE_TO = "https://www.weather.go.kr/"
EMPTIED = '"cache", "cookies", "storage"'
_NO_WORK_HERE = Message("Your role has no work at this desk. The others are at the top of this page.")


class NavItem(Protocol):
    """One entry of a service's menu: shown to staff with one of `roles`, or to all staff when there are none."""

    @property
    def title(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def roles(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class HeldUp:
    """The broker is away: so many events wait in the journal since then. Staff see it on every page."""

    waiting: int
    since: datetime


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    path: str
    current: bool = False
    lang: str = ""


class Web:
    """Pages of one service.

    `slug`, `package`, `title`   of the service; its templates and `locale/ko.po` are read from the package
    `navigation`                 the menu of its staff
    `urls`                       base URL of each service by slug; the header links the other desks
    `secret`                     32 bytes or more, the same in all processes of the service: signs the tokens of public forms
    `assets`                     folder of `ansim.web.assets.build`; without it pages use the reader's own fonts
    `demo`                       shows that all people are invented
    `issuer`                     sign-in server, which forms may lead to
    `role_titles`                role → message id, for the line that says who is signed in
    `held_up`                    asked on each desk page: is the broker away?
    `leave_to`                   the neutral page of the quick exit
    """

    def __init__(
        self,
        *,
        slug: str,
        package: str,
        title: str,
        secret: bytes,
        navigation: Sequence[NavItem] = (),
        urls: Mapping[str, str] | None = None,
        assets: Path | None = None,
        demo: bool = False,
        issuer: str | None = None,
        home: str = "/",
        role_titles: Mapping[str, str] | None = None,
        held_up: Callable[[], HeldUp | None] = lambda: None,
        leave_to: str = LEAVE_TO,
    ) -> None:
        self.slug, self.package, self.title, self.home = slug, package, title, home
        self.navigation, self.urls, self.demo = navigation, dict(urls or {}), demo
        self.role_titles = dict(role_titles or {})
        self.held_up = held_up
        self.leave_to = leave_to
        self.csrf = Csrf(package, secret)
        self.statics = Statics(assets)
        self.form_origins = (_origin(issuer),) if issuer else ()
        self.templates = self._environment()

    def _environment(self) -> Environment:
        folders = [Path(str(resources.files(name))) / "templates" for name in (self.package, "ansim.web")]
        environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(FILTERS, said=said)
        environment.globals.update(
            _=translated,
            _n=counted,
            cells=CELLS,
            chart=Charts(),
            codes=codes,
            kept=Kept(),
            label=FILTERS["label"],
            asset=self.statics.address,
            once_key=lambda: str(uuid4()),
            csrf_token=csrf_token,
        )
        return environment

    # rendering

    def words(self, request: Request) -> Catalogue:
        """The catalogue in the reader's language: `message.translate(web.words(request))`."""
        return catalogue(self.package, language_of(request))

    def page(self, request: Request, template: str, /, status: int = 200, **context: object) -> HTMLResponse:
        """A whole page. `form` is none unless given. Never cached; no answer depends on a shared cache."""
        token, fresh = self.csrf.token_for(request)
        with speaking(self.words(request)), handing_out(token) as handed:
            shell = self._shell(request)
            html = self.templates.get_template(template).render(**{"form": None, **shell, **context})
            lang = current().lang
        response = HTMLResponse(html, status, {"Content-Language": lang, "Vary": "Cookie, Accept-Language"})
        if fresh and handed.out:
            secure = request.url.scheme == "https"
            response.set_cookie(self.csrf.cookie, token, httponly=True, samesite="strict", secure=secure)
        return response

    def form_page(
        self, request: Request, template: str, again: "Outcome[Any] | None", /, **context: object
    ) -> HTMLResponse:
        """A page with a form: empty, or `again` as it was sent, with what stands in its way."""
        if again is None:
            return self.page(request, template, 200, **context)
        return self.page(request, template, again.status, form=again.form, **context)

    def fragment(self, request: Request, template: str, /, **context: object) -> HTMLResponse:
        """A part of a page, without the shell: what `live.js` swaps in. Holds no form."""
        html = self.render(language_of(request), template, request=request, **context)
        return HTMLResponse(html, headers={"Content-Language": language_of(request)})

    def render(self, lang: str, template: str, /, **context: object) -> str:
        """The text of a template in `lang`, for streams that outlive their request."""
        words = catalogue(self.package, lang)
        with speaking(words):
            return self.templates.get_template(template).render(lang=lang, **{"form": None, **context})

    def _shell(self, request: Request) -> dict[str, object]:
        lang, path = current().lang, request.url.path
        other = "en" if lang == "ko" else "ko"
        back = quote(path if request.method in ("GET", "HEAD") else self.home, safe="/")
        return {
            "request": request,
            "lang": lang,
            "path": path,
            "home": self.home,
            "demo": self.demo,
            "service_title": translated(self.title),
            "staff": self._staff(request),
            "nav": self._menu(request, path),
            "suite": [_Entry(said(DESKS.get(slug, slug)), url) for slug, url in self.urls.items() if slug != self.slug],
            "switch": _Entry("한국어" if other == "ko" else "English", f"/language?to={other}&back={back}", lang=other),
            "held_up": self.held_up(),
            "rendered_at": datetime.now(UTC),
        }

    def _staff(self, request: Request) -> dict[str, str] | None:
        staff = getattr(request.state, "staff", None)
        if staff is None:
            return None
        titles = [translated(self.role_titles.get(str(role), str(role))) for role in sorted(map(str, staff.roles))]
        return {"name": staff.name, "roles_said": ", ".join(titles)}

    def _menu(self, request: Request, path: str) -> list[_Entry]:
        staff = getattr(request.state, "staff", None)
        held = frozenset(map(str, staff.roles)) if staff is not None else frozenset()
        allowed = [n for n in self.navigation if staff is not None and (not n.roles or held & set(map(str, n.roles)))]
        inside = [n.path for n in allowed if path == n.path or (n.path != "/" and path.startswith(f"{n.path}/"))]
        here = max(inside, key=len, default="")
        return [_Entry(translated(n.title), n.path, n.path == here) for n in allowed]

    # forms and answers

    async def form(self, request: Request, model: type[M], /, **fixed: object) -> Form[M]:
        """The sent form, checked (see `ansim.web.forms.read_form`). `fixed` wins over what was sent."""
        return await read_form(request, model, fixed, self.csrf, self.words(request))

    async def form_of_an_old_page(self, request: Request, model: type[M], /) -> Form[M]:
        """What was typed on a page whose token holds no longer (a stale tab, emptied cookies): to be shown again, never done.

        Its `value` is none. Raises CsrfRefused when the browser says that another site sent it.
        """
        self.csrf.check_site(request)
        words = self.words(request)
        form = await read_form(request, model, {}, None, words)
        old = Message("This page had grown old, so nothing was sent. Look it over and send it once more.")
        return replace(form, value=None, errors={"": old.translate(words)})

    @staticmethod
    def see_other(url: str) -> RedirectResponse:
        """After a form that did something: 303, so that a reload does not send it again."""
        return RedirectResponse(url, status_code=303)

    def problem(self, request: Request, error: Exception) -> Response:
        """The answer that tells about `error`: a page, or problem+json for programs."""
        reference = reference_of(request)
        problem = problem_of(error, self.words(request), reference)
        if problem.status >= 500:
            log_failure(error, reference)
        if for_programs(request):
            return problem_response(problem, language_of(request))
        if getattr(request.state, "staff", None):
            begin = self._begin(request)
            if begin and isinstance(error, Forbidden) and self._lands(request):
                return self.see_other(begin)
            problem = self._led_back(request, problem, begin)
        return self._error_page(request, problem)

    def _begin(self, request: Request) -> str:
        """Where this person's own work at this desk begins, as their menu has it; "" for whoever has none here."""
        return next((entry.path for entry in self._menu(request, "")), "")

    def _lands(self, request: Request) -> bool:
        """Whether this is where everybody comes in who signs in without having asked for a page."""
        first = next((item.path for item in self.navigation), self.home)
        return request.method in ("GET", "HEAD") and request.url.path in (self.home, first)

    def _led_back(self, request: Request, problem: Problem, begin: str) -> Problem:
        """With a way on that leads somewhere: whoever was just refused at the door is not sent there again."""
        if begin or problem.status != HTTPStatus.FORBIDDEN or not self._lands(request):
            return replace(problem, back=begin or self.home)
        return replace(problem, back="", detail=_NO_WORK_HERE.translate(self.words(request)))

    def _error_page(self, request: Request, problem: Problem) -> Response:
        layout = "shell/desk.html" if getattr(request.state, "staff", None) else "shell/calm.html"
        response = self.page(request, "shell/error.html", problem.status, layout=layout, problem=problem)
        response.headers.update(problem.headers)
        return response

    # wiring

    def install(self, app: FastAPI) -> None:
        """Static files, language switch, quick exit, security headers, and an answer for everything that goes wrong."""
        app.add_route("/static/{name}", self.statics.serve, methods=["GET"], include_in_schema=False)
        app.add_route("/language", _language, methods=["GET"], include_in_schema=False)
        app.add_route("/leave", self._leave, methods=["GET"], include_in_schema=False)
        for kind in (AnsimError, HTTPException, RequestValidationError, *AWAY, *UNSTORABLE):
            app.add_exception_handler(kind, self._told)
        app.add_middleware(BodyLimit)
        app.add_middleware(_LastResort, web=self)
        app.add_middleware(SecurityHeaders, form_origins=self.form_origins)

    async def _leave(self, request: Request) -> Response:
        """The way out works without script: a neutral page, and this site's traces emptied."""
        return RedirectResponse(self.leave_to, status_code=303, headers={"Clear-Site-Data": EMPTIED})

    async def _told(self, request: Request, error: Exception) -> Response:
        return self.problem(request, error)


async def _language(request: Request) -> Response:
    return switch_language(request)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class _LastResort:
    """Answers what no handler foresaw with a bare 500 and logs where it happened, never with what."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self.app, self.web = app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: AsgiMessage) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await self.web.problem(Request(scope), error)(scope, receive, send)
