"""Approving takes a membership that is known and a day old, whatever somebody clicks."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.production import asks, catalog, production
from tests.scenarios.story import Story

LEADS = catalog(
    {
        'to: ["group:approvers"]': 'to: ["team:link/leads"]',
        "github_logins: {}": (
            "github_logins: {U0AMIR: amir-approver, U0OTTO: otto-outsider, U0DANA: dana-developer,"
            " U0OLU: olu-oncall, U0MEILIN: mei-lin, U0SOFIA: sofia-rossi, U0PRIYA: priya-nair,"
            " U0JONAS: jonas-weber, U0TOMASZ: tomasz-k}"
        ),
    }
)


def operations(scene: Story) -> int:
    """How often production was asked to sync."""
    return len([o for o in scene.operations("link-app-production") if o.infos])


async def test_who_was_just_made_an_approver_decides_nothing_yet(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        slack = scene.world.slack
        card = await asks(scene)
        await slack.set_members("S0APP", {"U0AMIR", "U0VERA", "U0OTTO"})
        await scene.outsider.clicks(card, "Approve")
        told = await scene.outsider.is_told("“approve” for production opens for you on")
        assert "@approvers" in told
        await scene.outsider.clicks(card, "Reject")
        key = scene.services.ledger.newest(limit=1)[0].id
        await scene.outsider.types(f"/shipmate reject {key} --reason 'I say so'")
        assert card.text.startswith("Waiting")
        assert operations(scene) == 0

        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert "otto" not in card.everything


async def test_a_team_approves_while_github_says_who_is_in_it(tmp_path: Path) -> None:
    async with production(
        tmp_path,
        catalog=LEADS,
        before_start=lambda world: world.github.teams.put("link/leads", ["amir-approver"]),
    ) as scene:
        github = scene.world.github
        card = await asks(scene)
        github.teams.put("link/leads", ["otto-outsider"], "pending")
        await scene.outsider.clicks(card, "Approve")
        await scene.outsider.is_told("invitation to link/leads on GitHub is not accepted yet")

        github.faults.cut_off()
        scene.services.membership.forget()
        await scene.approver.clicks(card, "Approve")
        await scene.approver.is_told("GitHub does not say now who is in link/leads")
        assert card.text.startswith("Waiting")

        github.faults.restore()
        scene.services.membership.forget()
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert operations(scene) == 1
