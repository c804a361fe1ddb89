"""Who and what is in the sandbox's workspace before anything happens."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.model import Channel, Group, User

TEAM = "T0LINK"
OTHER_TEAM = "T0OTHER"


_COLLEAGUES = (
    ("U0MEI", "mei", "Mei Lin"),
    ("U0JONAS", "jonas", "Jonas Weber"),
    ("U0PRIYA", "priya", "Priya Nair"),
    ("U0TOMASZ", "tomasz", "Tomasz Kowalski"),
    ("U0SOFIA", "sofia", "Sofia Rossi"),
)
"""They write what is deployed, and are nowhere else."""


def people(team_id: str) -> tuple[User, ...]:
    """Five people to be, their colleagues, and three whom every door must refuse."""
    staff = (
        _person("U0DANA", "dana", "Dana Developer", "Developer", "2563eb"),
        _person("U0AMIR", "amir", "Amir Approver", "Approver", "7c3aed"),
        _person("U0VERA", "vera", "Vera Approver", "Second approver", "be185d"),
        _person("U0OLU", "olu", "Olu On-Call", "On-call", "b45309"),
        _person("U0OTTO", "otto", "Otto Outsider", "Outsider", "4b5563"),
    )
    return (
        *(replace(one, team_id=team_id) for one in staff),
        *(User(*colleague, team_id, title="Developer") for colleague in _COLLEAGUES),
        User("U0GUEST", "gwen", "Gwen Guest", team_id, title="Contractor", is_guest=True),
        User("U0GONE", "gus", "Gus Gone", team_id, title="Left last year", deleted=True),
        User("U0ALIEN", "alma", "Alma Elsewhere", OTHER_TEAM, title="Partner"),
    )


def groups() -> tuple[Group, ...]:
    """The user groups that the Link platform's catalog names."""
    return (
        Group(
            "S0DEV", "developers", "Developers", frozenset({"U0DANA", "U0AMIR", "U0VERA", "U0OLU"})
        ),
        Group("S0APP", "approvers", "Approvers", frozenset({"U0AMIR", "U0VERA"})),
        Group("S0ONC", "oncall", "On-Call", frozenset({"U0OLU"})),
    )


def channels(bot_user_id: str) -> tuple[Channel, ...]:
    """The channels; the bot is in all of them but #general."""
    staff = frozenset({"U0DANA", "U0AMIR", "U0VERA", "U0OLU", "U0OTTO", "U0GUEST"})
    with_bot = staff | {bot_user_id}
    return (
        Channel("C0DEPLOY", "deployments", "What ships to dev and staging", with_bot),
        Channel("C0PROD", "production", "What ships to production, and who approves it", with_bot),
        Channel("C0ONCALL", "oncall", "What needs a person now", with_bot),
        Channel("C0GENERAL", "general", "Everything else", staff, is_general=True),
        Channel(
            "C0SHARED",
            "partner-shared",
            "With our partners",
            with_bot | {"U0ALIEN"},
            is_ext_shared=True,
        ),
    )


def _person(who: str, name: str, real_name: str, title: str, color: str) -> User:
    return User(
        who,
        name,
        real_name,
        TEAM,
        title=title,
        role=title.lower().replace("-", ""),
        color=color,
        email=f"{name}@link.example",
        persona=True,
    )
