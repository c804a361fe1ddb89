"""Who may do what on the Link platform, and how a refusal is worded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import (
    SLACK_ONLY,
    Actor,
    Allowed,
    Door,
    Memberships,
    Need,
    Permission,
    Refused,
    allowed,
    require,
)
from bot.catalog import Grant, load
from bot.errors import NotAllowed

LINK = load("catalog.yaml")
SCOPES = ("dev", "staging", "production", "shared")


def person(*groups: str) -> tuple[Actor, Memberships]:
    return Actor(id="U0DANA"), Memberships(full_member=True, groups=frozenset(groups))


def need(permission: str, scope: str) -> Need:
    return Need(permission=Permission(permission), scope=scope)


def holds(who: tuple[Actor, Memberships], permission: str, scope: str) -> bool:
    return isinstance(allowed(*who, need(permission, scope), LINK.access), Allowed)


def all_held(who: tuple[Actor, Memberships]) -> set[tuple[str, str]]:
    return {(p.value, s) for p in Permission for s in SCOPES if holds(who, p.value, s)}


VIEW = {("view", scope) for scope in SCOPES}


def test_every_full_member_may_look_and_nothing_more() -> None:
    assert all_held(person()) == VIEW


def test_developers_deploy_to_dev_and_staging() -> None:
    extra = {(what, where) for what in ("deploy", "lock", "logs") for where in ("dev", "staging")}
    assert all_held(person("developers")) == VIEW | extra


def test_approvers_approve_production() -> None:
    assert all_held(person("approvers")) == VIEW | {("approve", "production")}


def test_on_call_syncs_rolls_back_and_freezes_everywhere_and_operates_what_is_shared() -> None:
    everywhere = {
        (what, where) for what in ("sync", "rollback", "freeze", "lock", "logs") for where in SCOPES
    }
    assert all_held(person("oncall")) == VIEW | everywhere | {("operate", "shared")}


def test_what_is_granted_to_nobody_is_nobodys() -> None:
    everyone = person("developers", "approvers", "oncall")
    assert not {what for what, _ in all_held(everyone)} & {"override", "break-glass"}


@given(st.sampled_from(list(Permission)), st.sampled_from(SCOPES))
def test_no_grant_means_no_permission(permission: Permission, scope: str) -> None:
    actor, memberships = person("developers", "approvers", "oncall")
    answer = allowed(actor, memberships, Need(permission=permission, scope=scope), ())
    assert isinstance(answer, Refused)


@given(st.sampled_from(list(Permission)), st.sampled_from(SCOPES))
def test_who_is_refused_as_a_person_holds_nothing(permission: Permission, scope: str) -> None:
    who = Memberships(refusal="Guests may not use shipmate.", groups=frozenset({"oncall"}))
    answer = allowed(Actor(id="U0"), who, Need(permission=permission, scope=scope), LINK.access)
    assert answer == Refused("Guests may not use shipmate.")


@pytest.mark.parametrize("permission", sorted(SLACK_ONLY))
def test_what_is_decided_by_people_is_decided_in_slack(permission: Permission) -> None:
    grant = Grant.model_validate({"to": ["members"], "may": [permission], "in": ["everywhere"]})
    wanted = Need(permission=permission, scope="production")
    who = Memberships(full_member=True)
    assert allowed(Actor(id="U0"), who, wanted, (grant,)) == Allowed()
    by_api = allowed(Actor(id="U0", door=Door.API), who, wanted, (grant,))
    assert isinstance(by_api, Refused)
    assert "in Slack alone" in by_api.message


@pytest.mark.parametrize(
    ("subject", "actor", "memberships"),
    [
        ("slack:U0DANA", Actor(id="U0DANA"), Memberships(full_member=True)),
        ("group:S0DEV", Actor(id="U0"), Memberships(full_member=True, groups=frozenset({"S0DEV"}))),
        (
            "team:link/platform",
            Actor(id="U0"),
            Memberships(full_member=True, teams=frozenset({"link/platform"})),
        ),
        ("ci:link/app", Actor(kind="ci", id="link/app", door=Door.API), Memberships()),
        ("schedule", Actor(kind="schedule", id="", door=Door.SCHEDULE), Memberships()),
    ],
)
def test_every_kind_of_subject_can_be_granted(
    subject: str, actor: Actor, memberships: Memberships
) -> None:
    grant = Grant.model_validate({"to": [subject], "may": ["deploy"], "in": ["dev"]})
    wanted = need("deploy", "dev")
    assert allowed(actor, memberships, wanted, (grant,)) == Allowed()
    stranger = Actor(kind=actor.kind, id="someone/else", door=actor.door)
    if actor.kind != "schedule":
        answer = allowed(stranger, Memberships(full_member=True), wanted, (grant,))
        assert isinstance(answer, Refused)


def test_a_group_counts_for_full_members_alone() -> None:
    guest = (Actor(id="U0GUEST"), Memberships(groups=frozenset({"developers", "oncall"})))
    assert all_held(guest) == set()


def test_a_pipeline_is_no_member() -> None:
    pipeline = Actor(kind="ci", id="link/app", door=Door.API)
    assert isinstance(allowed(pipeline, Memberships(), need("view", "dev"), LINK.access), Refused)


def test_a_refusal_names_the_permission_and_who_holds_it() -> None:
    with pytest.raises(NotAllowed) as caught:
        require(*person(), [need("deploy", "staging")], LINK.access)
    assert caught.value.message == "This needs the permission “deploy” for staging."
    assert caught.value.hint == "It is held by @developers."


def test_a_refusal_names_everything_that_is_missing_once() -> None:
    needs = [need("sync", "staging"), need("operate", "shared"), need("operate", "shared")]
    with pytest.raises(NotAllowed) as caught:
        require(*person("developers"), needs, LINK.access)
    assert caught.value.message == (
        "This needs the permissions “sync” for staging and “operate” for shared applications."
    )
    assert caught.value.hint == "They are held by @oncall."


def test_several_places_and_holders_are_named_together() -> None:
    needs = [need("deploy", "dev"), need("deploy", "staging"), need("operate", "shared")]
    with pytest.raises(NotAllowed) as caught:
        require(*person(), needs, LINK.access)
    assert caught.value.message == (
        "This needs the permissions “deploy” for dev and staging and “operate” for shared "
        "applications."
    )
    assert caught.value.hint == (
        "“deploy” for dev and “deploy” for staging: It is held by @developers. "
        "“operate” for shared applications: It is held by @oncall."
    )


def test_a_refusal_says_when_nobody_holds_it() -> None:
    with pytest.raises(NotAllowed) as caught:
        require(*person("oncall"), [need("break-glass", "production")], LINK.access)
    assert caught.value.hint == "Nobody holds it."


def test_a_need_is_met_as_well_by_all_that_may_stand_in_for_it() -> None:
    instead = (need("deploy", "staging"), need("deploy", "dev"))
    asked = Need(permission=Permission.DEPLOY, scope="production", instead=instead)

    assert isinstance(allowed(*person("developers"), asked, LINK.access), Allowed)
    refused = allowed(*person("approvers"), asked, LINK.access)

    assert isinstance(refused, Refused)
    assert refused.message == (
        "This needs the permission “deploy” for production, or for staging and dev."
    )
    assert refused.hint == "It is held by @developers."


def test_half_of_what_may_stand_in_is_not_enough() -> None:
    grants = (Grant(to=("group:developers",), may=(Permission.DEPLOY,), **{"in": ("staging",)}),)
    instead = (need("deploy", "staging"), need("deploy", "dev"))
    asked = Need(permission=Permission.DEPLOY, scope="production", instead=instead)

    assert isinstance(allowed(*person("developers"), asked, grants), Refused)


def test_another_permission_that_stands_in_is_named_with_who_holds_the_first() -> None:
    other = Need(permission=Permission.SYNC, scope="staging", instead=(need("deploy", "staging"),))
    asked = Need(permission=Permission.LOCK, scope="staging", instead=(other,))
    answer = allowed(*person(), asked, LINK.access)
    assert isinstance(answer, Refused)
    assert answer.message == (
        "This needs the permission “lock” for staging, or “sync” for staging, or “deploy” for "
        "staging."
    )
    assert answer.hint == "It is held by @developers and @oncall."
