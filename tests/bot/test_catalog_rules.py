"""What an environment of the catalog may say: where images come from, freezes, who approves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog import CatalogError, parse
from tests.bot.test_catalog import LINK, TEXT, wrong


def test_images_come_to_production_through_staging_from_dev() -> None:
    assert LINK.leading_to("production") == ("staging", "dev")
    assert LINK.leading_to("dev") == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("promotion: {from: dev}", "promotion: {from: deev}", "did you mean dev?"),
        ("promotion: {from: dev}", "promotion: {from: production}", "does not come from"),
        ("promotion: {from: dev}", "promotion: {from: staging}", "does not come from"),
        ("soak_minutes: 0", "soak_minutes: -1", "soak_minutes"),
        ("from: staging ", "form: staging ", "this one is unknown"),
    ],
)
def test_a_promotion_from_nowhere_or_in_a_circle_is_refused(
    before: str, after: str, said: str
) -> None:
    assert said in wrong(before, after)


def test_checks_and_digests_are_asked_for_where_others_approve_unless_the_file_says_otherwise() -> (
    None
):
    production, staging = LINK.environment("production"), LINK.environment("staging")
    assert (production.requires_checks, production.pins_digest) == (True, True)
    assert (staging.requires_checks, staging.pins_digest) == (False, False)

    relaxed = parse(TEXT.replace("pin_digest: true", "pin_digest: false"))
    assert not relaxed.environment("production").pins_digest


FREEZES = """    channel: "#production"
    freezes:
      - {cron: "0 18 * * 5", duration: 60h, time_zone: Europe/Berlin, reason: The weekend}
"""


def test_an_environment_may_freeze_by_itself_again_and_again() -> None:
    text = TEXT.replace('    channel: "#production"\n', FREEZES, 1)
    (window,) = parse(text).environment("production").freezes
    friday_evening = datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert window.until(friday_evening) == datetime(2026, 11, 30, 5, tzinfo=UTC)
    assert window.until(friday_evening - timedelta(hours=12)) is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("0 18 * * 5", "0 25 * * 5", "cron: expected a schedule such as 0 18 * * 5"),
        ("0 18 * * 5", "0 18 31 2 *", "a cron that names a day which exists"),
        ("60h", "forever", "duration: expected a length such as 90m"),
        ("60h", "200h", "these windows leave no time between"),
        (
            "Europe/Berlin",
            "Berlin",
            "time_zone: expected a time zone of the tz database, such as Europe/Berlin, found",
        ),
        (", reason: The weekend", "", "reason: expected a value; it is missing"),
        ("reason:", "including_rollback: true, reason:", "including_rollback: expected a key"),
    ],
)
def test_a_wrong_freeze_window_is_named_with_line_and_field(
    before: str, after: str, said: str
) -> None:
    text = TEXT.replace('    channel: "#production"\n', FREEZES.replace(before, after), 1)
    line = 1 + text.splitlines().index(FREEZES.replace(before, after).splitlines()[2])
    with pytest.raises(CatalogError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert f"catalog.yaml:{line}: environments[2].freezes[0]" in str(caught.value)


def quorum(of: str, at_least: int = 1, needed: int = 2) -> str:
    rule = f"{{needed: {needed}, quorum: [{{of: '{of}', at_least: {at_least}}}]}}"
    return f"    mode: approval\n    approval: {rule}\n"


def test_whoever_a_quorum_names_is_looked_up_and_recorded_like_an_approver() -> None:
    for of in ("group:security", "team:link/leads"):
        known = parse(TEXT.replace("    mode: approval\n", quorum(of)))
        name = of.partition(":")[2]
        assert name in known.groups + known.teams
        assert name in known.privileged_groups


@pytest.mark.parametrize(
    ("of", "at_least", "approvers", "said"),
    [
        ("ci:link/app", 1, "group:approvers", "of ci:link/app there are at most 0"),
        ("schedule", 1, "group:approvers", "of schedule there are at most 0"),
        ("slack:U0OLU", 2, "group:approvers", "of slack:U0OLU there is at most 1"),
        ("slack:U0OLU", 1, "slack:U0AMIR", "of slack:U0OLU there are at most 0"),
        ("group:security", 2, "slack:U0AMIR", "of group:security there is at most 1"),
        ("group:security", 2, "group:approvers", ""),
        ("slack:U0OLU", 1, "group:approvers", ""),
        ("slack:U0AMIR", 1, "slack:U0AMIR", ""),
    ],
)
def test_a_quorum_that_nobody_could_meet_is_refused(
    of: str, at_least: int, approvers: str, said: str
) -> None:
    text = TEXT.replace("    mode: approval\n", quorum(of, at_least))
    text = text.replace('to: ["group:approvers"]', f'to: ["{approvers}"]')
    if not said:
        parse(text)
        return
    with pytest.raises(CatalogError, match=said) as caught:
        parse(text)
    assert "environments[2].approval.quorum" in str(caught.value)


def test_a_file_of_images_has_no_words_in_braces_but_the_environments() -> None:
    said = wrong("environments/{environment}/", "environments/{env}/")
    assert "images.file: no words in braces but {environment}, found {env}; `file_in`" in said
