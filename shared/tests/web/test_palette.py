"""The limits of LOOK §5: colours that a person with any kind of sight can tell apart, and text that can be read."""

import itertools
import math
import re
from importlib import resources

import pytest

STYLE = resources.files("ansim.web").joinpath("static", "ansim.css").read_text()
SERIES = re.findall(r"--c[1-4]:(#[0-9a-f]{6})", STYLE)
TEXT = dict(re.findall(r"--(ink(?:-\d)?|act|link|late|soon|ok):var\([^,]+,(#[0-9a-f]{6})\)", STYLE))

Triple = tuple[float, float, float]

SIGHT: dict[str, tuple[Triple, Triple, Triple]] = {  # Machado, Oliveira and Fernandes 2009, severity 1
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def linear(colour: str) -> Triple:
    def channel(at: int) -> float:
        value = int(colour[at : at + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return channel(1), channel(3), channel(5)


def times(matrix: tuple[Triple, Triple, Triple], colour: Triple) -> Triple:
    x, y, z = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def lab(rgb: Triple) -> Triple:
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in (value / w for value, w in zip(times(to_xyz, rgb), white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast_on_white(colour: str) -> float:
    red, green, blue = linear(colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
def test_series_can_be_told_apart(sight: str) -> None:
    assert len(SERIES) == 4
    seen = {}
    for colour in SERIES:
        red, green, blue = (min(1.0, max(0.0, v)) for v in times(SIGHT[sight], linear(colour)))
        seen[colour] = lab((red, green, blue))
    nearest = min(math.dist(seen[a], seen[b]) for a, b in itertools.combinations(SERIES, 2))
    assert nearest >= 20


@pytest.mark.parametrize("colour", SERIES)
def test_series_stand_out_from_the_page(colour: str) -> None:
    assert contrast_on_white(colour) >= 3


@pytest.mark.parametrize("name", sorted(TEXT))
def test_text_can_be_read(name: str) -> None:
    assert len(TEXT) == 8
    assert contrast_on_white(TEXT[name]) >= 4.5
