"""What approvers read of the source is what the record holds of these very images, good or bad."""

from __future__ import annotations

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentCorrected, Outcome
from bot.deployments.plan import ImageChange
from bot.deployments.releases.verified import verified
from bot.deployments.releases.wording import fared
from tests.bot.deployments.histories import OLD, History, asked, change

ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def brings(key: str, *changes: ImageChange) -> History:
    history = asked(key).found().started().planned(["link-app-staging"], changes=changes)
    return history.intended().committed().wave().well("link-app-staging")


def image(service: str, tag: str, digest: str = "") -> ImageChange:
    return change(service, OLD, tag).model_copy(update={"digest": digest})


def told(*newest_first: Deployment, ships: tuple[ImageChange, ...]) -> str:
    return fared("staging", verified(newest_first, ships))


def test_a_good_end_there_is_told_with_its_id_and_time_by_commit_or_digest() -> None:
    run = brings("d7", image("user-svc", "sha-abc1234", ONE)).over().deployment
    for ships in (image("user-svc", "v20261123-abc1234"), image("user-svc", "v1.2.3", ONE)):
        said = told(run, ships=(ships,))
        assert (
            "d7 brought them to staging: Succeeded at 23 Nov 12:00 UTC (link-app-staging)" in said
        )
        assert "not seen to degrade" in said


def test_another_digest_of_the_same_commit_is_another_image() -> None:
    run = brings("d7", image("user-svc", "sha-abc1234", ONE)).over().deployment
    said = told(run, ships=(image("user-svc", "v20261123-abc1234", TWO),))
    assert said == "shipmate did not deploy these images to staging."


def test_what_failed_or_degraded_there_is_told_as_such() -> None:
    failed = brings("d8", image("user-svc", "sha-abc1234")).over(Outcome.TIMED_OUT).deployment
    degraded = brings("d9", image("chat-svc", "sha-abc1234")).over()
    degraded.then(DeploymentCorrected, message="It degraded.", healthy=False)
    ships = (image("user-svc", "v1-abc1234"), image("chat-svc", "v1-abc1234"))
    said = told(degraded.deployment, failed, ships=ships)
    assert "d8 brought them to staging: Timed out at" in said
    assert (
        "d9 brought them to staging: Succeeded at 23 Nov 12:00 UTC, and degraded at 23 Nov 12:00 UTC"
        in said
    )


def test_services_that_the_record_does_not_know_are_named() -> None:
    run = brings("d7", image("user-svc", "sha-abc1234")).over().deployment
    ships = (image("user-svc", "v1-abc1234"), image("ai-svc", "v1-abc1234"))
    assert "did not deploy the image of ai-svc to staging" in told(run, ships=ships)
    assert told(run, ships=()) == ""
