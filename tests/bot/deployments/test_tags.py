"""Tags, and the digests beside them, in the files that hold them."""

from __future__ import annotations

import pytest

from bot.deployments.plan import ImageChange
from bot.deployments.tags import Overwritten, stands, with_earlier_tags, with_new_tags
from integrations.kustomization import NotEditable, images

PATH, IMAGE = "environments/production/kustomization.yaml", "ghcr.io/link/user-svc"
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
PLAIN = f"images:\n  - name: {IMAGE}  # the users\n    newTag: v1\n  - name: other\n    newTag: x\n"
PINNED = PLAIN.replace("newTag: v1\n", f"newTag: v1\n    digest: {ONE}\n")


def change(**facts: str) -> ImageChange:
    given = {"service": "user-svc", "image": IMAGE, "file": PATH, "before": "v1", "after": "v2"}
    return ImageChange.model_validate({**given, **facts})


def edited(text: str, one: ImageChange) -> str:
    return with_new_tags({PATH: text}, [one])[PATH]


def back(text: str, one: ImageChange) -> str:
    return with_earlier_tags({PATH: text}, [one])[PATH]


def named(text: str) -> tuple[str, str]:
    line = images(text)[IMAGE]
    return line.new_tag, line.digest


def test_a_plan_without_pins_touches_tags_alone() -> None:
    assert edited(PLAIN, change()) == PLAIN.replace("newTag: v1", "newTag: v2")


def test_a_pin_is_written_beside_its_tag_and_taken_away_again() -> None:
    pinning = change(pin=TWO)

    pinned = edited(PLAIN, pinning)

    assert named(pinned) == ("v2", TWO)
    assert len(pinned.splitlines()) == len(PLAIN.splitlines()) + 1
    assert back(pinned, pinning) == PLAIN


def test_an_earlier_pin_comes_back_with_its_tag() -> None:
    moving = change(pin_before=ONE, pin=TWO)

    pinned = edited(PINNED, moving)

    assert named(pinned) == ("v2", TWO)
    assert back(pinned, moving) == PINNED


def test_the_same_tag_can_be_pinned_for_the_first_time() -> None:
    pinning = change(after="v1", pin=ONE)

    assert not pinning.is_noop
    assert edited(PLAIN, pinning) == PINNED
    assert change(after="v1", pin_before=ONE, pin=ONE).is_noop


def test_a_pin_that_somebody_else_has_set_meanwhile_stays() -> None:
    with pytest.raises(Overwritten) as caught:
        edited(PINNED, change(pin=TWO))

    assert caught.value.tag == f"v1@{ONE}"


def test_what_somebody_else_has_pinned_since_is_not_put_back() -> None:
    other = PINNED.replace("v1", "v2")

    assert back(other, change(pin=TWO)) == other


def test_a_pinned_image_whose_new_digest_nobody_knows_is_left_alone() -> None:
    with pytest.raises(NotEditable, match="pinned to a digest"):
        edited(PINNED, change(pin_before=ONE))


def test_a_file_stands_where_tag_and_digest_are_as_planned() -> None:
    moving = change(pin_before=ONE, pin=TWO)
    after = edited(PINNED, moving)

    assert stands(after, moving, reverted=False)
    assert stands(PINNED, moving, reverted=True)
    assert not stands(after.replace(TWO, ONE), moving, reverted=False)
    assert not stands(after, moving, reverted=True)
