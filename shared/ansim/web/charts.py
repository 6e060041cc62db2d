"""Drawings for tables and small multiples: SVG from the server, classes only, no style and no script (LOOK §8).

Templates reach them as `chart.…`. A drawing in a table row is hidden from readers, because the row says its values; a
drawing that stands alone carries a sentence with the values.
"""

from collections.abc import Sequence
from math import log10

from markupsafe import Markup

__all__ = ["Charts"]

_LEFT, _PAD = 8.0, 16.0
_ENDINGS = {"gone": 1, "held": 2, "up": 4}


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _scaled(value: float, top: float, width: float) -> float:
    return max(0.0, min(1.0, value / top if top > 0 else 0.0)) * width


class Charts:
    """All drawings. Values outside of the scale are drawn at its end, never outside of the picture."""

    @staticmethod
    def due(share: float) -> Markup:
        """The bar of a deadline: the upright tick is the deadline, what lies beyond it is red."""
        used, over = min(max(share, 0.0), 1.0) * 64, min(max(share - 1.0, 0.0), 0.3125) * 64
        late = f'<line class="ll thick" x1="64" x2="{_n(64 + over)}" y1="4" y2="4"/>' if over else ""
        return Markup(  # noqa: S704 - made of constants and numbers
            '<svg width="84" height="8" aria-hidden="true"><line class="gr" x1="0" x2="64" y1="4" y2="4"/>'
            f'<line class="l1 thick" x1="0" x2="{_n(used)}" y1="4" y2="4"/>{late}'
            '<line class="ax" x1="64" x2="64" y1="0" y2="8"/></svg>'
        )

    @staticmethod
    def dots(published: float | None, recounted: float | None, top: float, width: int = 300) -> Markup:
        """Dot against claim: hollow ring = published, dot = recounted; a bull's-eye means they agree."""
        room = width - _PAD
        ring = dot = Markup("")
        if published is not None:
            x = _n(_LEFT + _scaled(published, top, room))
            ring = Markup('<circle class="hol" cx="{}" cy="8" r="6.5"/>').format(x)
        if recounted is not None:
            x = _n(_LEFT + _scaled(recounted, top, room))
            dot = Markup('<circle class="k1" cx="{}" cy="8" r="3.5"/>').format(x)
        return Markup(
            '<svg width="{w}" height="16" viewBox="0 0 {w} 16" aria-hidden="true">'
            '<line class="gr" x1="8" x2="{end}" y1="8" y2="8"/>{ring}{dot}</svg>'
        ).format(w=width, end=_n(width - _LEFT), ring=ring, dot=dot)

    @staticmethod
    def bar(value: float, top: float, width: int = 320, series: int = 1) -> Markup:
        """A bar from zero. `series` 1 to 4, 0 for context and unknown."""
        return Markup(
            '<svg width="{w}" height="16" viewBox="0 0 {w} 16" aria-hidden="true">'
            '<rect class="k{series}" y="4" width="{length}" height="8"/></svg>'
        ).format(w=width, series=int(series), length=_n(_scaled(value, top, width)))

    @staticmethod
    def lifeline(
        parts: Sequence[tuple[float, float, bool, bool]], ending: str, width: int = 200, today: bool = True
    ) -> Markup:
        """One row of a time axis that runs from 0 to 1, which is today. Each part runs from its first to its second share:
        solid where it was seen up (third), dashed where nobody looked, with a disc at its end where it was seen gone (fourth).
        `ending`: gone; held, with a square: still there for others; or up."""
        room, end = width - _PAD, width - _LEFT
        drawn = ""
        x2 = _LEFT
        for since, until, seen, gone in parts:
            x1, x2 = _LEFT + _scaled(since, 1, room), _LEFT + _scaled(until, 1, room)
            kind = "thick" if seen else "dash"
            drawn += f'<line class="l{_ENDINGS[ending]} {kind}" x1="{_n(x1)}" x2="{_n(x2)}" y1="8" y2="8"/>'
            drawn += f'<circle class="k1" cx="{_n(x2)}" cy="8" r="5"/>' if gone else ""
        if ending == "held":
            drawn += f'<rect class="hol" x="{_n(x2 - 4.5)}" y="3.5" width="9" height="9"/>'
        axis = f'<line class="ax" x1="{_n(end)}" x2="{_n(end)}" y1="0" y2="16"/>' if today else ""
        return Markup(  # noqa: S704 - made of constants and numbers
            f'<svg width="{width}" height="16" viewBox="0 0 {width} 16" aria-hidden="true">{axis}{drawn}</svg>'
        )

    @staticmethod
    def lag(seconds: float, alarm: float, top: float = 600.0, width: int = 260) -> Markup:
        """Seconds from 0.1 to `top` on a log scale that the head of the column names; the tick is the alarm."""

        def at(value: float) -> float:
            return _scaled(log10(max(value, 0.1)) + 1, log10(top) + 1, width)

        line = "ll" if seconds > alarm else "l1"
        return Markup(
            '<svg width="{w}" height="16" viewBox="0 0 {w} 16" aria-hidden="true">'
            '<line class="gr" x1="0" x2="{w}" y1="8" y2="8"/><line class="{line} thick" x1="0" x2="{x}" y1="8" y2="8"/>'
            '<line class="ax" x1="{tick}" x2="{tick}" y1="1" y2="15"/></svg>'
        ).format(w=width, line=line, x=_n(at(seconds)), tick=_n(at(alarm)))

    @staticmethod
    def line(values: Sequence[float], top: float, sentence: str, alarm: float | None = None) -> Markup:
        """One of a set of small multiples on a shared scale from zero to `top`. `sentence` gives the values."""
        base, room = 62.5, 58.0
        step = 232 / max(len(values) - 1, 1)
        points = [(i * step, base - _scaled(value, top, room)) for i, value in enumerate(values)]
        mark = Markup("")
        if alarm is not None:
            y = _n(base - _scaled(alarm, top, room))
            mark = Markup('<line class="ll thin dash" x1="0" x2="240" y1="{y}" y2="{y}"/>').format(y=y)
        path = Markup("")
        if points:
            path = Markup('<polyline class="l1" points="{}"/><circle class="k1" cx="{}" cy="{}" r="3"/>').format(
                " ".join(f"{_n(x)},{_n(y)}" for x, y in points), _n(points[-1][0]), _n(points[-1][1])
            )
        return Markup(
            '<svg viewBox="0 0 240 64" role="img" aria-label="{}">'
            '<line class="ax" x1="0" x2="240" y1="62.5" y2="62.5"/>{}{}</svg>'
        ).format(sentence, mark, path)

    @staticmethod
    def steps(values: Sequence[float], top: float, sentence: str) -> Markup:
        """As `line`, drawn as steps: for counts that hold until they change."""
        base, room = 62.5, 58.0
        step = 232 / max(len(values), 1)
        path = ""
        for i, value in enumerate(values):
            y = _n(base - _scaled(value, top, room))
            path += f"M0,{y}" if i == 0 else f"V{y}"
            path += f"H{_n((i + 1) * step)}"
        drawn = Markup('<path class="l1" d="{}"/>').format(path) if path else ""
        return Markup(
            '<svg viewBox="0 0 240 64" role="img" aria-label="{}">'
            '<line class="ax" x1="0" x2="240" y1="62.5" y2="62.5"/>{}</svg>'
        ).format(sentence, drawn)

    @staticmethod
    def key(kind: str) -> Markup:
        """The mark that stands before its words in a key: published, recounted, or k0 to k4."""
        shape = {
            "published": Markup('<circle class="hol" cx="7" cy="7" r="6"/>'),
            "recounted": Markup('<circle class="k1" cx="7" cy="7" r="3.5"/>'),
        }.get(kind) or Markup('<rect class="{}" y="2" width="14" height="10"/>').format(kind)
        return Markup('<svg width="14" height="14" aria-hidden="true">{}</svg>').format(shape)
