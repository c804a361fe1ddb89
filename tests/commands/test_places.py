"""Where to and where from, in the words that people have for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalog import load
from bot.errors import UserError
from bot.grammar import read
from commands.deploy import DEPLOY
from commands.promote import PROMOTE
from commands.rollback import ROLLBACK

CATALOG = load(Path(__file__).parents[2] / "catalog.yaml")


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("", "staging production"),
        ("to production", "staging production"),
        ("production", "staging production"),
        ("prod", "staging production"),
        ("dev", "dev staging"),
        ("from staging", "staging production"),
        ("staging to production", "staging production"),
        ("staging -> production", "staging production"),
        ("From staging To production", "staging production"),
        ("to staging from dev", "dev staging"),
        ("user-svc to production", "staging production user-svc"),
        ("user-svc chat-svc", "staging production user-svc chat-svc"),
        ("staging user-svc to production", "staging production user-svc"),
        ("dev staging user-svc", "dev staging user-svc"),
    ],
)
def test_a_promotion_goes_the_way_that_is_meant(line: str, way: str) -> None:
    arguments = PROMOTE.parse(read(line, PROMOTE.options), CATALOG)
    said = [arguments.source, arguments.target, *arguments.services]
    assert said == way.split()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("staging", "`/promote dev staging` or `/promote staging production`"),
        ("to dev", "No way of the catalog leads to dev"),
        ("from production", "No way of the catalog leads from production"),
        ("to", "after “to” is missing"),
        ("to nowhere", "no environment “nowhere”"),
        ("staging production dev", "no service “dev”"),
        ("staging dev to production", "“dev” is one environment too many"),
        ("from staging to production dev", "“dev” is one environment too many"),
        ("dev to production", "`/promote staging production`"),
        ("usr-svc", "user-svc"),
    ],
)
def test_any_other_is_answered_with_what_is_right(line: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        PROMOTE.parse(read(line, PROMOTE.options), CATALOG)
    error = caught.value
    assert said in f"{error.message} {error.hint} {getattr(error, 'near', '')}"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("to staging", "staging"),
        ("sha-abc1234 to staging", "staging sha-abc1234"),
        ("user-svc to staging", "staging user-svc"),
        ("sha-abc1234 user-svc on staging", "staging sha-abc1234 user-svc"),
        ("staging to sha-abc1234", "staging sha-abc1234"),
    ],
)
def test_a_deployment_goes_to_where_it_is_said_to(line: str, meant: str) -> None:
    said, plain = (DEPLOY.parse(read(each, DEPLOY.options), CATALOG) for each in (line, meant))
    assert said == plain


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("production to v1.2.3", "production v1.2.3"),
        ("to v1.2.3 in production", "production v1.2.3"),
    ],
)
def test_so_does_a_rollback(line: str, meant: str) -> None:
    said, plain = (ROLLBACK.parse(read(each, ROLLBACK.options), CATALOG) for each in (line, meant))
    assert said == plain


def test_an_environment_at_the_end_is_answered_with_the_line_to_copy() -> None:
    with pytest.raises(UserError) as caught:
        DEPLOY.parse(read("sha-abc1234 staging", DEPLOY.options), CATALOG)
    assert caught.value.hint == "`/deploy staging sha-abc1234`"
