"""Monitoring: volunteers and sightings."""

from collections.abc import Mapping

from msgspec.structs import replace

from analytics.domain.folding import Fold, Row, Rows, Window, as_a, codes, yes
from analytics.domain.state import NO_DAY, Sighting, State, Volunteer
from ansim.contracts import monitoring, type_of

ATTRIBUTES = {
    "volunteer": frozenset({"state", "trained"}),
    "applicant": frozenset({"state"}),
    "sighting": frozenset({"state", "platform", "channel", "categories", "action", "day"}),
}


def _applied(state: State | None, data: monitoring.VolunteerApplied, day: int, micros: int) -> State:
    return replace(as_a(Volunteer, state), applied_on=day)


def _vetted(state: State | None, data: monitoring.VolunteerVetted, day: int, micros: int) -> State:
    known = as_a(Volunteer, state)
    return replace(known, state="vetted", vetted_on=day if known.vetted_on == NO_DAY else known.vetted_on)


def _trained(state: State | None, data: monitoring.VolunteerTrained, day: int, micros: int) -> State:
    known = as_a(Volunteer, state)
    return replace(known, state="trained", trained_on=day if known.trained_on == NO_DAY else known.trained_on)


def _volunteer(word: str) -> Fold:
    def fold(state: State | None, data: object, day: int, micros: int) -> State:
        return replace(as_a(Volunteer, state), state=word)

    return fold


def _logged(state: State | None, data: monitoring.SightingLogged, day: int, micros: int) -> State:
    return replace(
        as_a(Sighting, state),
        logged_on=day,
        platform=data.platform.value,
        channel=data.channel.value,
        categories=codes(data.categories),
    )


def _sighting(word: str) -> Fold:
    def fold(state: State | None, data: object, day: int, micros: int) -> State:
        return replace(as_a(Sighting, state), state=word)

    return fold


def _checked(state: State | None, data: monitoring.SightingChecked, day: int, micros: int) -> State:
    known = as_a(Sighting, state)
    return replace(known, checks=known.checks + 1)


def _actioned(state: State | None, data: monitoring.SightingActioned, day: int, micros: int) -> State:
    return replace(as_a(Sighting, state), state="actioned", action=data.action.value)


FOLDS: dict[str, Fold] = {
    type_of(monitoring.VolunteerApplied): _applied,
    type_of(monitoring.VolunteerVetted): _vetted,
    type_of(monitoring.VolunteerTrained): _trained,
    type_of(monitoring.VolunteerActivated): _volunteer("active"),
    type_of(monitoring.VolunteerRested): _volunteer("resting"),
    type_of(monitoring.VolunteerLeft): _volunteer("left"),
    type_of(monitoring.SightingLogged): _logged,
    type_of(monitoring.SightingConfirmed): _sighting("confirmed"),
    type_of(monitoring.SightingRejected): _sighting("rejected"),
    type_of(monitoring.SightingReported): _sighting("reported"),
    type_of(monitoring.SightingChecked): _checked,
    type_of(monitoring.SightingActioned): _actioned,
}


def rows(streams: Mapping[str, State], window: Window, wanted: frozenset[str]) -> Rows:
    """A volunteer is one whose vetting falls into the window, an applicant one who applied in it."""
    volunteers: list[Row] = []
    applicants: list[Row] = []
    sightings: list[Row] = []
    for state in streams.values():
        if isinstance(state, Volunteer):
            if window.holds(state.vetted_on):
                volunteers.append({"state": state.state, "trained": yes(window.reached(state.trained_on))})
            if window.holds(state.applied_on):
                applicants.append({"state": state.state})
        elif isinstance(state, Sighting) and window.holds(state.logged_on):
            sightings.append(
                {
                    "state": state.state,
                    "platform": state.platform,
                    "channel": state.channel,
                    "categories": state.categories,
                    "action": state.action,
                    "day": str(state.logged_on),
                }
            )
    return {"volunteer": volunteers, "applicant": applicants, "sighting": sightings}
