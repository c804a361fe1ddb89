"""Going back to what is known by its tag alone needs another's word, or the right to override."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proofs.repository import TAGS
from tests.proofs.test_production_deaths import Play

GOES_BACK = f"rollback production {TAGS[0]} --yes"


@pytest.fixture
def play(request: pytest.FixtureRequest) -> Iterator[Play]:
    """Two releases went well, one after the other; pods told of their images, or did not."""
    told = Play()
    told.stage.argocd.pods_tell = request.param
    for number in range(2):
        if number:
            told.ask("dana", f"deploy production {TAGS[1]}")
            told.stage.passes(2)
        assert told.approve()
        told.stage.passes(30)
    assert told.ends == ["Succeeded", "Succeeded"]
    yield told
    assert not told.law.broken
    told.stage.close()


@pytest.mark.parametrize("play", [True], indirect=True)
def test_an_image_that_a_later_deployment_found_is_gone_back_to_at_once(play: Play) -> None:
    assert play.ask("olu", GOES_BACK)
    play.stage.passes(30)

    assert play.ends[2:] == ["Succeeded"]
    assert play.law.seen["rollback"] > 0


@pytest.mark.parametrize("play", [False], indirect=True)
def test_an_image_of_which_nobody_recorded_the_digest_needs_an_approval(play: Play) -> None:
    assert play.ask("olu", GOES_BACK)
    play.stage.passes(30)

    assert play.ends[2:] == [""]
    assert play.law.seen["rollback"] == 0
    assert play.approve("amir")
    play.stage.passes(30)
    assert play.ends[2:] == ["Succeeded"]


@pytest.mark.parametrize("play", [False], indirect=True)
def test_who_may_override_goes_at_once_and_says_why(play: Play) -> None:
    assert not play.ask("olu", f"{GOES_BACK} --override-checks")
    assert not play.ask("dana", f'{GOES_BACK} --override-checks --reason "Now"')

    assert play.ask("olu", f'{GOES_BACK} --override-checks --reason "It is down"')
    play.stage.passes(30)
    assert play.ends[2:] == ["Succeeded"]
    assert play.law.cases[play.key].asked["override_checks"]
