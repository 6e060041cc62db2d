"""Writes docs/imports.md anew: the columns of every service that takes spreadsheets in."""

from pathlib import Path

from ansim.imports.document import render

Path("docs/imports.md").write_text(render(), encoding="utf-8")
