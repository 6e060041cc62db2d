"""Prints are tagged, in Korean, and carry out nothing of what they hold."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from ansim.errors import DomainError, Fatal
from ansim.printing import Printer

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(font: "Pretendard GOV", lang: "ko")
= #data.title
#data.text
"""


async def test_what_people_wrote_is_printed_and_never_carried_out(assets: Path) -> None:
    text = '뷁 쀍 똠 #eval("1+1") *굵게* $x$ [상자] \\u{41} <label> @ref https://post.invalid'
    pdf = PdfReader(io.BytesIO(await Printer(assets).pdf(TEMPLATE, {"title": "고소장 (가상)", "text": text})))
    shown = pdf.pages[0].extract_text()
    for piece in ("뷁 쀍 똠", '#eval("1+1")', "*굵게*", "$x$", "<label>", "@ref"):
        assert piece in shown
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ko"
    assert pdf.metadata is not None
    assert pdf.metadata.title == "고소장 (가상)"


async def test_without_the_typeface_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        await Printer(tmp_path).pdf(TEMPLATE, {"title": "", "text": ""})
    assert refused.value.rule == "print.no_typeface"


async def test_a_broken_template_is_our_fault_and_tells_nothing_of_the_text(assets: Path) -> None:
    with pytest.raises(Fatal) as broken:
        await Printer(assets).pdf("#nonsense(", {"title": "secret words"})
    assert "secret" not in str(broken.value)
