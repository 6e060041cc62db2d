"""How the JSON APIs describe themselves: to what each route says of its result this adds what all of them have in common.

Refusals are made in one place (`ansim.web.problems`), so they are described in one place, once for each status; routes say
nothing about them. A failure that nobody foresaw, 500, is not described: no caller should count on one.
"""

from typing import Any, Final

from fastapi import FastAPI

from ansim.web.problems import PROBLEM_TYPE, ProblemBody, title_of

__all__ = ["DescribedApp"]

ANY: Final = (400, 401, 403, 404, 410, 422, 503)
CHANGING: Final = (409, 413)
SCHEMAS: Final = "#/components/schemas/"
RESPONSES: Final = "#/components/responses/"
SIGN_IN: Final = "token"
HEADERS: Final = {
    401: {"WWW-Authenticate": "Which kind of token is asked for."},
    503: {"Retry-After": "Seconds to wait before the same request is sent again."},
}
OF_THE_FRAMEWORK: Final = ("HTTPValidationError", "ValidationError")
"""How FastAPI would tell of wrong fields. Nothing here answers so."""


class DescribedApp(FastAPI):
    """A FastAPI application whose OpenAPI document names every answer that it gives."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = _with_refusals(super().openapi())
        return self.openapi_schema


def _with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    known = components.setdefault("schemas", {})
    schema = ProblemBody.model_json_schema(ref_template=SCHEMAS + "{model}")
    known |= {**schema.pop("$defs"), ProblemBody.__name__: schema}
    components["responses"] = {str(status): _refusal(status) for status in (*ANY, *CHANGING)}
    components["securitySchemes"] = {SIGN_IN: {"type": "http", "scheme": "bearer"}}
    document["security"] = [{SIGN_IN: []}]
    for path in document["paths"].values():
        for method, operation in path.items():
            statuses = ANY if method == "get" else (*ANY, *CHANGING)
            operation["responses"] |= {str(status): {"$ref": f"{RESPONSES}{status}"} for status in statuses}
    for name in OF_THE_FRAMEWORK:
        known.pop(name, None)
    return document


def _refusal(status: int) -> dict[str, Any]:
    content = {PROBLEM_TYPE: {"schema": {"$ref": SCHEMAS + ProblemBody.__name__}}}
    headers = {
        name: {"description": what, "required": True, "schema": {"type": "string"}}
        for name, what in HEADERS.get(status, {}).items()
    }
    return {"description": title_of(status), "headers": headers, "content": content}
