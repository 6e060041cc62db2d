"""The catalogue as documents: JSON Schemas, code lists and a readable page, made from the types themselves.

`python -m ansim.contracts.export [FOLDER]` writes them, `docs/catalogue` by default; a test fails when they are stale.
"""

import json
import sys
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from ansim.contracts import codes, labels
from ansim.contracts.base import Event
from ansim.contracts.catalogue import EVENTS, SERVICES, TOPICS
from ansim.contracts.codes import CODE_LIST_VERSION


def render() -> dict[str, str]:
    """File name → content."""
    files = {f"schemas/{name}.json": _schema(cls) for name, cls in EVENTS.items()}
    return files | {"events.md": _events(), "code-lists.md": _code_lists()}


def _schema(cls: type[Event]) -> str:
    """JSON Schema 2020-12 of the payload, as a publisher writes it. Code sets are listed in a stable order."""
    schema = cls.model_json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = f"/schemas/{cls.type_name()}"
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _events() -> str:
    lines = [
        "# Events",
        "",
        "Made from `ansim.contracts`. A field in brackets is sealed: it never leaves its service.",
        "",
    ]
    for service in SERVICES:
        topic = TOPICS[service]
        lines += [f"## {service}", "", f"Topic `{topic.name}`, {topic.partitions} partitions, kept for ever.", ""]
        lines += ["| type | what | fields |", "|---|---|---|"]
        for name, cls in EVENTS.items():
            if cls.service == service:
                fields = [f"`{field}`: {_kind(info.annotation)}" for field, info in cls.model_fields.items()]
                fields += [f"[{field}]" for field in sorted(cls.sealed_fields)]
                lines.append(f"| `{name}` | {_summary(cls)} | {', '.join(fields)} |")
        lines.append("")
    return "\n".join(lines)


def _summary(cls: type[Event]) -> str:
    own = cls.__dict__.get("__doc__") or ""
    return own.strip().splitlines()[0] if own else f"{cls.aggregate} {cls.name.replace('_', ' ')}"


def _kind(annotation: Any) -> str:
    """The words for a field's type: `Severity`, `set of HarmType`, `UUID or nothing`."""
    arguments = get_args(annotation)
    if get_origin(annotation) is frozenset:
        return f"set of {_kind(arguments[0])}"
    if isinstance(annotation, UnionType):
        return " or ".join("nothing" if a is type(None) else _kind(a) for a in arguments)
    return str(getattr(annotation, "__name__", annotation))


def _code_lists() -> str:
    lines = ["# Code lists", "", f"Version {CODE_LIST_VERSION}. A code never changes its meaning; labels may.", ""]
    for codes_of in labels.code_lists():
        lines += [f"## {codes_of.__name__}", "", "| code | 한국어 | English |", "|---|---|---|"]
        lines += [f"| `{c.value}` | {labels.label(c, 'ko')} | {labels.label(c, 'en')} |" for c in codes_of]
        lines.append("")
    group = ", ".join(f"`{m.value}`" for m in codes.Motive if m in codes.LACK_OF_AWARENESS)
    lines += ["## Groups", "", f"`lack_of_awareness` version 1 of Motive: {group}.", ""]
    return "\n".join(lines)


def write(folder: Path) -> None:
    """Write every document under `folder`."""
    for name, text in render().items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/catalogue"))
