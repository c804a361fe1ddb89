"""`shipmate` in a shell and in pipelines: the same commands, followed to their end."""

from __future__ import annotations

from pathlib import Path

from bot.exits import Exit
from tests.scenarios.asking import by_api, by_shell, hears, token_of
from tests.scenarios.story import story


async def test_a_deployment_is_followed_to_succeeded(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        tag = f"sha-{scene.world.github.newest().sha[:7]}"
        ran = await by_shell(scene, await token_of(scene.developer), "deploy", "staging")

        assert (ran.code, ran.err) == (Exit.DONE, "")
        shown = ran.out.splitlines()
        assert shown[-1] == "Succeeded"
        assert any(f"Tag {tag}." in line for line in shown)
        assert any("link-frontend succeeded" in line for line in shown)
        card = await scene.card()
        await card.ends("Succeeded")
        assert "<@U0DANA>" in card.everything


async def test_mistakes_and_refusals_have_their_own_exit_codes(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        wrong = await by_shell(scene, await token_of(scene.developer), "deploy", "stagign")
        refused = await by_shell(scene, await token_of(scene.outsider), "deploy", "staging")

        assert wrong.code == Exit.USAGE
        assert "Did you mean staging?" in wrong.out + wrong.err
        assert refused.code == Exit.NOT_ALLOWED
        assert "“deploy” for staging" in refused.out + refused.err
        assert scene.services.ledger.newest() == []


async def test_the_api_streams_the_reply_the_events_and_the_end(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        token = await token_of(scene.developer)
        said = await by_api(scene, token, "deploy staging")

        deployment = scene.services.ledger.newest()[0]
        assert said.reply["ok"] is True
        assert said.reply["follow"] == deployment.id
        assert said.events[0] == "DeploymentRequested"
        assert said.events[-1] == "DeploymentEnded"
        assert said.end == {"type": "end", "outcome": "Succeeded", "exit_code": Exit.DONE}
        assert deployment.request.actor.door == "api"


async def test_a_deployment_that_fails_or_is_cancelled_ends_the_command_badly(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        token = await token_of(scene.developer)
        scene.world.argocd.fail_next_sync("link-frontend", "no")
        said = await by_api(scene, token, "deploy staging")

        assert said.end == {"type": "end", "outcome": "Failed", "exit_code": Exit.FAILED}


async def test_a_question_that_only_a_form_could_ask_is_no_success(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        token = await token_of(scene.oncall)
        said = await by_api(scene, token, "sync custom-dashboards --force")

        assert "To be replaced in custom-dashboards: ConfigMap/" in said.reply["text"]
        assert "--confirm custom-dashboards" in said.reply["text"]
        assert (said.reply["ok"], said.end["exit_code"]) == (False, Exit.USAGE)
        assert scene.services.ledger.newest() == []


async def test_login_gives_the_bots_address_where_it_is_known(tmp_path: Path) -> None:
    own = {"SHIPMATE_URL": "https://shipmate.example"}
    async with story(tmp_path, variables=own) as scene:
        told = await hears(scene.developer, "/shipmate login")

        assert "export SHIPMATE_URL=https://shipmate.example" in told
        assert "export SHIPMATE_TOKEN=shipmate_" in told


async def test_in_a_shell_yes_confirms_what_environments_share(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        token = await token_of(scene.oncall)
        asked = await by_api(scene, token, "sync all")
        assert "of prerequisites, database, infrastructure" in asked.reply["text"]
        assert "--yes" in asked.reply["text"]
        assert scene.services.ledger.newest() == []

        said = await by_api(scene, token, "sync infrastructure --yes")
        assert said.end["outcome"] == "Succeeded"


async def test_a_wrong_token_opens_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        said = await by_api(scene, "shipmate_wrong", "whoami")

        assert said.status == 401
        assert "/shipmate login" in said.lines[0]["error"]
