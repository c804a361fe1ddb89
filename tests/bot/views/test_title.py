"""What a deployment is called, and what is said of a request as it is written down."""

from __future__ import annotations

import pytest

from bot.deployments.events import WayBack
from bot.views.replies import deployment_requested
from bot.views.title import title
from tests.bot.deployments.histories import asked, asked_to_sync

FOUR = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("services", "whole", "only"),
    [
        (FOUR, True, "(all services)"),
        (FOUR, False, "(a, b, c and 1 more)"),
        (("a",), True, "(a)"),
    ],
)
def test_a_rollback_of_everything_names_no_service(
    services: tuple[str, ...],
    *,
    whole: bool,
    only: str,
) -> None:
    back = asked(purpose="rollback", services=services, way_back=WayBack(whole=whole))

    assert title(back.deployment).endswith(only)


def test_a_sync_that_waits_for_an_approval_is_not_under_way() -> None:
    under_way = asked_to_sync().deployment.request
    waits = deployment_requested(under_way.model_copy(update={"needs_approval": True})).text
    assert "is asked for; its card is in" in waits
    assert "It waits there for an approval." in waits
    assert "is under way" in deployment_requested(under_way).text
