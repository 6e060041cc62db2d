"""What platforms did and what checks saw: two different questions, counted apart and never merged.

Unit everywhere: a sighting that was reported to the platform. A sighting with several actions (restricted, later
deleted) counts once under each of them, so actions may add up to more than the sightings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from ansim.contracts.codes import CheckResult, Platform, PlatformAction


@dataclass(frozen=True, slots=True)
class PlatformCounts:
    """`no_action`: no action recorded, and no silence either: nobody has noted an answer. `receipts` is not recorded
    yet, so it is unknown, not zero."""

    platform: Platform
    reported: int
    reports: int
    actions: Mapping[PlatformAction, int]
    no_action: int
    last_checks: Mapping[CheckResult, int]
    not_checked: int
    first_report: datetime | None
    last_report: datetime | None
    receipts: None = None

    @property
    def checked(self) -> int:
        return self.reported - self.not_checked


async def platforms(conn: asyncpg.Connection) -> list[PlatformCounts]:
    """All platforms in the order of their list, also those without a report."""
    totals = await conn.fetch(
        """select platform, count(*) as reported, count(*) filter (where last_check is null) as not_checked,
                  count(*) filter (where last_action is null) as no_action,
                  min(reported_at) as first_report, max(reported_at) as last_report
           from sighting where state = 'reported' group by platform"""
    )
    reports = await conn.fetch(
        "select s.platform, count(*) as n from sighting_report r join sighting s on s.id = r.sighting group by 1"
    )
    actions = await conn.fetch(
        """select s.platform, a.action, count(distinct a.sighting) as n
           from sighting_action a join sighting s on s.id = a.sighting group by 1, 2"""
    )
    checks = await conn.fetch(
        "select platform, last_check, count(*) as n from sighting where last_check is not null group by 1, 2"
    )
    by_platform = {row["platform"]: row for row in totals}
    sent = {row["platform"]: row["n"] for row in reports}
    did = {(row["platform"], row["action"]): row["n"] for row in actions}
    saw = {(row["platform"], row["last_check"]): row["n"] for row in checks}
    return [
        PlatformCounts(
            platform=platform,
            reported=row["reported"] if row else 0,
            reports=sent.get(platform.value, 0),
            actions={action: did.get((platform.value, action.value), 0) for action in PlatformAction},
            no_action=row["no_action"] if row else 0,
            last_checks={result: saw.get((platform.value, result.value), 0) for result in CheckResult},
            not_checked=row["not_checked"] if row else 0,
            first_report=row["first_report"] if row else None,
            last_report=row["last_report"] if row else None,
        )
        for platform in Platform
        for row in [by_platform.get(platform.value)]
    ]
