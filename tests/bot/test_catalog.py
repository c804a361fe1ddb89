"""The Link platform's catalog, and what is said of a wrong one."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import Catalog, CatalogError, load, parse
from bot.errors import NotKnown, UsageError

FILE = Path("catalog.yaml")
TEXT = FILE.read_text(encoding="utf-8")
LINK = load(FILE)

hexes = st.text("0123456789abcdef", min_size=7, max_size=40)


def wrong(before: str, after: str) -> str:
    """What is said of the catalog with one mistake in it."""
    assert before in TEXT
    with pytest.raises(CatalogError) as caught:
        parse(TEXT.replace(before, after, 1))
    return str(caught.value)


def test_the_link_platform_has_27_applications_in_waves_from_minus_2_to_4() -> None:
    waves = LINK.in_group("all")
    assert [wave[0].wave for wave in waves] == [-2, -1, 0, 1, 2, 3, 4]
    assert [len(wave) for wave in waves] == [4, 3, 5, 5, 5, 4, 1]
    assert len(LINK.applications) == 27
    assert all(app.description for app in LINK.applications)


def test_environments_own_their_applications_and_the_rest_is_shared() -> None:
    owned = {
        env.name: [app.name for app in LINK.applications_of(env.name)] for env in LINK.environments
    }
    assert owned == {
        "dev": ["link-app-dev"],
        "staging": ["link-app-staging", "link-frontend"],
        "production": ["link-app-production"],
    }
    assert LINK.scope_of("link-frontend") == "staging"
    assert LINK.scope_of("user-svc") == LINK.scope_of("api-gateway") == "shared"
    assert LINK.scope_of("an-application-nobody-listed") == "shared"


def test_stateful_and_prerequisite_applications_are_protected() -> None:
    protected = {app.category: 0 for app in LINK.applications if app.protected}
    for app in LINK.applications:
        protected[app.category] = protected.get(app.category, 0) + app.protected
    assert protected["prerequisites"] == 4
    assert protected["database"] == 3
    assert not LINK.application("linkerd-config").protected
    assert LINK.application("redis-cluster-ha").protected
    assert protected["applications"] == protected["gateway"] == 0


def test_each_environment_keeps_all_seven_images_in_its_own_file() -> None:
    images = LINK.images_of("staging")
    assert len(images) == 7
    assert {image.file_in("staging") for image in images} == {
        "environments/staging/kustomization.yaml"
    }
    assert LINK.service("user-svc").name == "ghcr.io/link/user-svc"
    frontend = LINK.service("link-frontend")
    assert frontend.application_in("staging") == "link-frontend"
    assert frontend.application_in("production") == "link-app-production"


def test_aliases_name_environments_in_any_case() -> None:
    assert LINK.environment("stg").name == LINK.environment("Staging").name == "staging"
    assert LINK.environment("prod").needs_approval


def test_an_unknown_environment_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotKnown) as caught:
        LINK.environment("stagign")
    assert caught.value.near == ("staging",)


def test_a_word_that_is_near_nothing_is_answered_with_all_environments() -> None:
    with pytest.raises(NotKnown) as caught:
        LINK.environment("qqqqq")
    assert caught.value.near == ()
    assert caught.value.hint == "The environments are dev, staging, production."


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda: LINK.service("chat"), "chat-svc"),
        (lambda: LINK.in_group("infrastructur"), "infrastructure"),
        (lambda: LINK.application("redis-cluster"), "redis-cluster-ha"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(ask: object, near: str) -> None:
    assert callable(ask)
    with pytest.raises(NotKnown) as caught:
        ask()
    assert near in caught.value.near


def test_a_group_is_a_category_or_one_application() -> None:
    assert [app.name for wave in LINK.in_group("gateway") for app in wave] == ["api-gateway"]
    assert [app.name for wave in LINK.in_group("user-svc") for app in wave] == ["user-svc"]


@given(hexes)
def test_commit_tags_fit_dev_and_staging_and_not_production(sha: str) -> None:
    LINK.check_tag("dev", f"sha-{sha}")
    LINK.check_tag("staging", f"sha-{sha}")
    with pytest.raises(UsageError):
        LINK.check_tag("production", f"sha-{sha}")


@given(hexes, st.dates())
def test_dated_tags_fit_production_with_and_without_dots(sha: str, day: object) -> None:
    year, month, date = str(day).split("-")
    LINK.check_tag("production", f"v{year}{month}{date}-{sha}")
    LINK.check_tag("production", f"v{year}.{month}.{date}-{sha}")


@pytest.mark.parametrize(
    ("environment", "tag"),
    [
        ("staging", "sha-abc123"),  # six digits
        ("staging", "sha-ABC1234"),
        ("staging", "sha-abc1234\n"),
        ("staging", "latest"),
        ("staging", "sha-" + "a" * 41),
        ("production", "latest"),
        ("production", "v20261399-abc1234"),  # no such day
        ("production", "v2026.1123-abc1234"),  # dots by halves
        ("production", "v1.2"),
        ("production", "v01.2.3"),
        ("production", "v\u0662026.11.23-abc1234"),  # a digit, and not ASCII's
    ],
)
def test_other_tags_are_refused_with_the_form_in_words(environment: str, tag: str) -> None:
    with pytest.raises(UsageError, match="is not a tag for") as caught:
        LINK.check_tag(environment, tag)
    assert caught.value.field == "tag"


def test_latest_is_for_dev_alone_and_a_refusal_says_so() -> None:
    LINK.check_tag("dev", "latest")
    with pytest.raises(UsageError) as caught:
        LINK.check_tag("production", "latest")
    assert caught.value.hint == "“latest” has the form that dev uses."


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("branch: main", "brunch: main", "environments[2].brunch: expected a key that exists"),
        ("branch: main", "branch: [main]", "environments[2].branch: expected a valid string"),
        ("wave: -1", "wave: low", "categories[1].wave: expected a valid integer, found 'low'"),
        ("mode: approval", "mode: aproval", "expected 'automatic' or 'approval'"),
        ("[link-app-dev]", "[link-app-dve]", "did you mean link-app-dev?"),
        ("aliases: [stg, stage]", "aliases: [dev]", "“dev” is used twice"),
        ("aliases: [stg, stage]", "aliases: [shared]", "“shared” has a meaning of its own"),
        ("- {name: user-svc,", "- {name: redis-cluster-ha,", "“redis-cluster-ha” is used twice"),
        ("in: [dev, staging]", "in: [dev, stagin]", "access[1].in[1]: an environment, shared or"),
        (
            "to: [members]",
            "to: [everybody]",
            "access[0].to[0]: expected text of the form ^(members|",
        ),
        ("may: [view]", "may: [veiw]", "access[0].may[0]: expected 'view'"),
        ("{staging: link-frontend}", "{staging: redis-cluster-ha}", "an application of staging"),
        ("{staging: link-frontend}", "{stging: link-frontend}", "did you mean staging?"),
        ("link-app-{environment}", "app-{environment}", "dev has no “app-dev”"),
        ("ci:", "ci: [", "catalog.yaml:1"),
        (
            "settle_seconds: 5",
            "settle_seconds: -5",
            "settle_seconds: expected a number greater than or equal to 0, found -5.",
        ),
    ],
)
def test_a_mistake_is_said_with_file_line_and_field(before: str, after: str, said: str) -> None:
    message = wrong(before, after)
    assert said in message
    assert message.startswith("catalog.yaml:")


def test_the_line_is_the_mistakes_own() -> None:
    line = TEXT[: TEXT.index("branch: main")].count("\n") + 1
    assert f"catalog.yaml:{line}: environments[2].branch: " in wrong("branch: main", "branch: ''")


def test_a_list_whose_only_entry_is_wrong_is_not_said_to_be_empty() -> None:
    said = wrong("tag_formats: [sha, latest]", "tag_formats: [semver]")
    assert said == (
        "catalog.yaml:27: environments[0].tag_formats[0]: expected 'sha', 'latest', 'dated' or "
        "'version', found 'semver'."
    )
    assert "tag_formats: expected at least one entry" in wrong("[sha, latest]", "[]")


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(CatalogError) as caught:
        parse(TEXT.replace("wave: -1", "wave: low").replace("mode: approval", "mode: never"))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "a: 1\na: 2", "\x00", "[" * 700, "&a [*a]"])
def test_what_is_no_catalog_at_all_is_refused_in_words(text: str) -> None:
    with pytest.raises(CatalogError, match=r"catalog\.yaml"):
        parse(text)


def test_a_file_that_is_missing_or_binary_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"missing\.yaml: cannot be read"):
        load(tmp_path / "missing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogError, match=r"binary\.yaml: is not UTF-8"):
        load(tmp_path / "binary.yaml")


@given(st.text(max_size=40))
def test_no_word_breaks_a_lookup(word: str) -> None:
    for ask in (LINK.environment, LINK.service, LINK.in_group, LINK.application):
        with contextlib.suppress(NotKnown):
            ask(word)


def test_a_catalog_is_a_value() -> None:
    assert parse(TEXT) == LINK
    with pytest.raises(Exception, match="frozen"):
        LINK.queued_per_person = 3  # type: ignore[misc]


def test_user_groups_that_grants_name_are_known() -> None:
    assert set(LINK.groups) == {"developers", "approvers", "oncall"}
    assert isinstance(LINK, Catalog)
