"""Finds sentences that have no Korean yet: in templates, in Python, and in the titles of services and menus.

`python -m ansim.web.translations PACKAGE [--po]` prints them, with `--po` as stubs to fill in.
"""

import ast
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from jinja2.ext import babel_extract

from ansim.web.i18n import catalogue

__all__ = ["missing_translations", "sentences_of"]

TEMPLATE_OPTIONS = {"trimmed": "true", "encoding": "utf-8"}


def missing_translations(package: str) -> list[str]:
    """The English sentences of `package` without a Korean one, in its own catalogue or the kit's; sorted."""
    known = catalogue(package, "ko").sentences
    return sorted({sentence for sentence in sentences_of(package) if sentence not in known})


def sentences_of(package: str) -> Iterator[str]:
    """Every sentence for people that the package holds."""
    root = Path(str(resources.files(package)))
    for file in sorted(root.rglob("*.html")):
        yield from _of_template(file)
    for file in sorted(root.rglob("*.py")):
        yield from _of_python(file)


def _of_template(file: Path) -> Iterator[str]:
    with file.open("rb") as source:
        for _line, _function, found, _comments in babel_extract(source, ("_", "_n"), (), TEMPLATE_OPTIONS):
            texts = (found,) if isinstance(found, str) else tuple(text for text in found or () if text)
            yield from texts[-1:]


def _of_python(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if called in ("_", "Message", "Nav", "translated"):
            yield from _texts(node.args[:1])
        if called in ("_n", "counted"):
            yield from _texts(node.args[1:2])
        if called in ("Nav", "Service"):
            yield from _texts([keyword.value for keyword in node.keywords if keyword.arg == "title"])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value


def main(arguments: list[str]) -> int:
    """Exit code 1 when anything is missing."""
    as_po = "--po" in arguments
    missing = [(name, text) for name in arguments if not name.startswith("--") for text in missing_translations(name)]
    for package, text in missing:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        sys.stdout.write(f'msgid "{escaped}"\nmsgstr ""\n\n' if as_po else f"{package}: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
