"""What goes from one environment to the next, and what keeps it from going."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.catalog import load
from bot.deployments.events import WantedImage
from bot.deployments.releases.promotion import (
    Candidate,
    Present,
    check_order,
    default_way,
    main_tag,
    shipped,
    tag_for,
)
from bot.deployments.releases.runs import Running
from bot.errors import Conflict

LINK = load("catalog.yaml")
DEV, STAGING, PRODUCTION = LINK.environments
DAY = date(2026, 11, 25)
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
TAG = "sha-abc1234"


def candidate(service: str = "user-svc", **changes: object) -> Candidate:
    running = Running(service, f"ghcr.io/link/{service}", "link-app-staging", (TAG,), (ONE,))
    of_running = {name: changes.pop(name) for name in ("tags", "digests") if name in changes}
    given = {"running": replace(running, **of_running), "tag": TAG, "registered": ONE, **changes}  # type: ignore[arg-type]
    return Candidate(**given)  # type: ignore[arg-type]


def refused(*candidates: Candidate, present: dict[str, Present] | None = None) -> Conflict:
    with pytest.raises(Conflict) as caught:
        shipped(STAGING, PRODUCTION, candidates, present or {}, DAY)
    return caught.value


def test_what_runs_ships_under_a_tag_of_the_day_and_its_own_commit() -> None:
    other = candidate("chat-svc", tag="sha-fff0000", tags=("sha-fff0000",))

    images = shipped(STAGING, PRODUCTION, [candidate(), other], {}, DAY)

    assert images == (
        WantedImage(service="user-svc", tag="v20261125-abc1234", digest=ONE),
        WantedImage(service="chat-svc", tag="v20261125-fff0000", digest=ONE),
    )


def test_what_the_target_runs_already_stays_as_it_is() -> None:
    there = {
        "user-svc": Present("v20261101-abc1234", ONE),
        "chat-svc": Present("v20261101-0000000", TWO),
        "ai-svc": Present("v20261101-abc1234"),  # its image is not known: the commit tells
    }
    names = [candidate(name) for name in there]

    assert [i.service for i in shipped(STAGING, PRODUCTION, names, there, DAY)] == ["chat-svc"]


def test_where_everything_is_there_already_nothing_is_promoted() -> None:
    error = refused(candidate(), present={"user-svc": Present("v20261101-0000000", ONE)})

    assert "nothing to promote" in error.message


def test_the_same_tag_with_another_image_is_another_image() -> None:
    there = {"user-svc": Present("v20261125-abc1234", TWO)}

    assert shipped(STAGING, PRODUCTION, [candidate()], there, DAY)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"unwell": "it is Degraded"}, "does not run link-app-staging well: it is Degraded"),
        ({"tags": ("sha-0000000",)}, "other tags than Git names: user-svc"),
        ({"tags": (TAG, "sha-0000000")}, "other tags than Git names"),
        ({"digests": (ONE, TWO)}, "different images under one tag: user-svc"),
        ({"digests": ()}, "neither its pods nor the record tell: user-svc"),
        ({"registered": ""}, "a tag that the registry lacks: user-svc"),
        (
            {"registered": TWO},
            "staging's user-svc runs another image than its tag names in the registry now: redeploy",
        ),
        ({"tag": "latest", "tags": ("latest",)}, "cannot get a tag of production"),
    ],
)
def test_what_is_not_certain_is_refused_with_the_next_step(
    changes: dict[str, object], said: str
) -> None:
    error = refused(candidate(**changes))  # type: ignore[arg-type]

    assert said in error.message
    assert "Nothing was changed." in error.message
    assert error.hint


def test_everything_that_is_in_the_way_is_said_at_once() -> None:
    error = refused(candidate("a", registered=""), candidate("b", digests=()), candidate("c"))

    assert "the registry lacks: a." in error.message
    assert "the record tell: b." in error.message


@pytest.mark.parametrize(
    ("target", "tag", "given"),
    [
        (PRODUCTION, "sha-abc1234", "v20261125-abc1234"),
        (PRODUCTION, "sha-abc1234def", "v20261125-abc1234"),
        (PRODUCTION, "v1.2.3", "v1.2.3"),
        (PRODUCTION, "latest", ""),
        (STAGING, "sha-abc1234", "sha-abc1234"),
        (STAGING, "latest", ""),
    ],
)
def test_a_tag_takes_the_form_of_the_environment_it_goes_to(
    target: object, tag: str, given: str
) -> None:
    assert tag_for(target, tag, DAY) == given  # type: ignore[arg-type]


def test_a_promotion_is_called_by_the_tag_that_most_of_it_has() -> None:
    tags = ("a", "b", "b", "c")

    assert main_tag([WantedImage(service=f"s{i}", tag=tag) for i, tag in enumerate(tags)]) == "b"


def test_images_go_from_one_environment_to_the_next_and_no_other_way() -> None:
    check_order(LINK, DEV, STAGING)
    check_order(LINK, STAGING, PRODUCTION)
    for source, target in ((DEV, PRODUCTION), (PRODUCTION, STAGING), (STAGING, STAGING)):
        with pytest.raises(Conflict) as caught:
            check_order(LINK, source, target)
        assert "`/promote" in caught.value.hint
    with pytest.raises(Conflict) as caught:
        check_order(LINK, STAGING, DEV)
    assert "names no source" in caught.value.message


def test_bare_it_goes_from_staging_to_production() -> None:
    assert default_way(LINK) == (STAGING, PRODUCTION)
