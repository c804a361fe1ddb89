"""What somebody must be allowed to do before images are changed."""

from __future__ import annotations

import pytest

from bot.access import Need, Permission
from bot.catalog import load
from bot.deployments.events import DeploymentRequested
from bot.deployments.permissions import needs_of, needs_of_change
from tests.bot.deployments.histories import asked

LINK = load("catalog.yaml")


def scopes(need: Need) -> tuple[str, ...]:
    return tuple(each.scope for each in need.instead)


@pytest.mark.parametrize("environment", ["dev", "staging"])
def test_where_nobody_approves_only_the_environments_own_permission_counts(
    environment: str,
) -> None:
    (need,) = needs_of_change(environment, LINK)

    assert (need.permission, need.scope, need.instead) == (Permission.DEPLOY, environment, ())


def test_who_may_deploy_on_the_whole_way_may_ask_for_a_change_of_production() -> None:
    (need,) = needs_of_change("production", LINK)

    assert (need.scope, scopes(need)) == ("production", ("staging", "dev"))


def test_who_may_deploy_in_the_source_may_ask_for_its_promotion() -> None:
    (need,) = needs_of_change("production", LINK, source="staging")

    assert (need.scope, scopes(need)) == ("production", ("staging",))


def test_who_passes_a_gate_needs_the_right_to_it_in_that_environment() -> None:
    (request,) = asked(environment="production", override_checks=True, break_glass=True).events
    assert isinstance(request, DeploymentRequested)

    needs = [(each.permission, each.scope) for each in needs_of(request, LINK)]

    assert needs[1:] == [
        (Permission.OVERRIDE, "production"),
        (Permission.BREAK_GLASS, "production"),
    ]
