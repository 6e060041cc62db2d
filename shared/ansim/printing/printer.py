"""One template and its data → a PDF."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import typst

from ansim.errors import DomainError, Fatal, Message

FAMILY: Final = "Pretendard GOV"
STANDARD: Final = "ua-1"


class Printer:
    """Prints with the typeface in `fonts`, the folder of the built assets."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    async def pdf(self, template: str, data: Mapping[str, object]) -> bytes:
        """The document; `template` is Typst source that reads `data` by `json(bytes(sys.inputs.data))`.

        Raises DomainError when the typeface is not built, Fatal when the template is wrong. Runs outside the event loop.
        """
        if not any(self._fonts.glob("print-*.otf")):
            raise DomainError(
                "print.no_typeface",
                message=Message("The typeface for printing is not there. Operations can build it with “ansim assets”."),
            )
        return await asyncio.to_thread(self._compile, template, json.dumps(data, ensure_ascii=False))

    def _compile(self, template: str, data: str) -> bytes:
        try:
            pdf: object = typst.compile(
                input=template.encode(),
                font_paths=typst.Fonts(
                    include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(self._fonts)]
                ),
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                pdf_standards=[STANDARD],
            )
        except RuntimeError as error:
            raise Fatal("a template for printing does not compile") from error
        assert isinstance(pdf, bytes)
        return pdf
