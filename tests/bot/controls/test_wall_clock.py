"""A time of day is read on the clock that Slack shows the person, or on UTC's, and that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest

from bot.access import Actor
from bot.controls.wall_clock import wall_clock
from integrations.errors import Unreachable
from integrations.slack import Person
from tests.bot.controls.laid import PIPELINE
from tests.bot.deployments.histories import DANA

if TYPE_CHECKING:
    from integrations.slack import Slack


@dataclass
class Profiles:
    """A Slack that tells of everybody's time zone, or is away."""

    zone: str = ""
    is_away: bool = False

    async def user(self, user_id: str) -> Person:
        if self.is_away:
            raise Unreachable("Slack", "It does not answer.")
        return Person(user_id, "dana", "T0LINK", time_zone=self.zone)


@pytest.mark.parametrize(
    ("profiles", "actor", "zone", "said"),
    [
        (Profiles("Europe/Berlin"), DANA, ZoneInfo("Europe/Berlin"), "as in your Slack profile"),
        (Profiles("Etc/UTC"), DANA, UTC, "Times are UTC, as in your Slack profile."),
        (Profiles(""), DANA, UTC, "Times are UTC."),
        (Profiles("Mars/Base"), DANA, UTC, "Slack did not say which time zone is yours"),
        (Profiles(is_away=True), DANA, UTC, "Slack did not say which time zone is yours"),
        (Profiles("Europe/Berlin"), PIPELINE, UTC, "Times are UTC."),
    ],
)
async def test_whose_clock_it_is(profiles: Profiles, actor: Actor, zone: object, said: str) -> None:
    found, told = await wall_clock(cast("Slack", profiles), actor)
    assert found == zone
    assert said in told
