"""Metric definitions: one TOML file each under `metrics/`, checked when read. Adding a figure is adding a file.

A definition says what is counted (rows, period, filter, group-by), how the figure is read from the counts (numerator,
denominator, unknowns), and what it means, in both languages. Counting it for the first time takes a rebuild; changing
only words or how the counts are read does not.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analytics.domain.days import day_number
from analytics.domain.figure import Condition, Measure
from analytics.domain.folding import Window
from analytics.domain.rows import ATTRIBUTES, SERVICE_OF_ROWS
from analytics.domain.tally import Member, Tally

Codes = Annotated[tuple[str, ...], Field(min_length=1)]
Unit = Literal["person", "response", "act", "session", "item", "case", "report", "referral", "sighting"]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(Strict):
    ko: str
    en: str

    def said(self, lang: str) -> str:
        return self.ko if lang == "ko" else self.en


class Period(Strict):
    """Calendar days in Seoul, both included."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


class Group(Strict):
    """A named, versioned group of codes of a multiple attribute."""

    attribute: str
    any_of: Codes
    version: int = Field(ge=1)


class Definition(Strict):
    """A metric. See `metrics/` for examples and the page of definitions for all of them."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    section: Literal["counselling", "motives", "acts", "support", "monitoring", "now"]
    order: int
    title: Words
    unit: Unit
    value: Literal["count", "share", "breakdown"]
    rows: str
    period: Period = Period()
    current: Literal["today", "this_year"] | None = None
    filter: Mapping[str, Codes] = {}
    groups: Mapping[str, Group] = {}
    group_by: tuple[str, ...] = ()
    numerator: Mapping[str, Codes] = {}
    denominator: Mapping[str, Codes] | None = None
    unknown: Mapping[str, Codes] | None = None
    unknown_rule: Literal["none_possible", "kept_in_denominator", "left_out_of_denominator"] = "none_possible"
    code_list_version: int = Field(ge=1)
    owner: Literal["analyst", "supervisor", "coordinator", "press_officer"]
    release: Literal["closed_period_only", "live_for_staff_only"]
    published: int | None = None
    rule: Words
    note: Words | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.rows not in ATTRIBUTES:
            raise ValueError(f"rows: {self.rows!r} is none of {', '.join(sorted(ATTRIBUTES))}")
        known = ATTRIBUTES[self.rows]
        used = {*self.filter, *(g.attribute for g in self.groups.values()), *(set(self.group_by) - set(self.groups))}
        if missing := used - known:
            raise ValueError(
                f"{self.rows} rows have no {', '.join(sorted(missing))}; they have {', '.join(sorted(known))}"
            )
        read = {*self.numerator, *(self.denominator or {}), *(self.unknown or {})}
        if missing := read - set(self.group_by):
            raise ValueError(f"{', '.join(sorted(missing))} must stand in group_by to be read from the counts")
        if self.value == "share" and self.denominator is None:
            raise ValueError("a share names its denominator")
        if (self.unknown is None) != (self.unknown_rule == "none_possible"):
            raise ValueError("unknown and unknown_rule go together")
        if self.value == "breakdown" and not self.group_by:
            raise ValueError("a breakdown names what it is grouped by")
        if self.current and {"today": "day", "this_year": "year"}[self.current] not in self.group_by:
            raise ValueError("a figure of today groups by day, one of this year by year")
        return self

    @property
    def service(self) -> str:
        return SERVICE_OF_ROWS[self.rows]

    @property
    def tally(self) -> Tally:
        start, end = self.period.start, self.period.end
        return Tally(
            rows=self.rows,
            group_by=self.group_by,
            window=Window(day_number(start) if start else None, day_number(end) if end else None),
            filter=_condition(self.filter),
            members=tuple(
                (name, Member(group.attribute, tuple(sorted(group.any_of)), group.version))
                for name, group in sorted(self.groups.items())
            ),
        )

    def measure(self, today: str, year: str) -> Measure:
        """How to read the counts on this Seoul day: `today` its number, `year` its year."""
        pinned = {"today": (("day", (today,)),), "this_year": (("year", (year,)),)}
        current: Condition = pinned[self.current] if self.current else ()
        return Measure(
            numerator=_condition(self.numerator) + current,
            denominator=None if self.denominator is None else _condition(self.denominator) + current,
            unknown=None if self.unknown is None else _condition(self.unknown) + current,
            share=self.value == "share",
        )


def _condition(codes: Mapping[str, tuple[str, ...]]) -> Condition:
    return tuple((name, tuple(sorted(allowed))) for name, allowed in sorted(codes.items()))


@cache
def definitions() -> tuple[Definition, ...]:
    """All definitions in the order of the dashboard. Raises ValueError naming the file of one that is not sound."""
    found = []
    for file in sorted(files("analytics").joinpath("metrics").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            try:
                found.append(Definition.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))))
            except ValueError as error:
                raise ValueError(f"metrics/{file.name}: {error}") from error
            if file.name != f"{found[-1].id}.toml":
                raise ValueError(f"metrics/{file.name} defines {found[-1].id}: a file is named after its metric")
    return tuple(sorted(found, key=lambda d: d.order))


def definition(id: str) -> Definition:
    """One definition. Raises KeyError for an unknown id."""
    for found in definitions():
        if found.id == id:
            return found
    raise KeyError(id)


def tallies() -> dict[str, Tally]:
    """The tallies that all definitions need, by hash: figures that count the same share one."""
    return {tally.hash: tally for tally in (d.tally for d in definitions())}
