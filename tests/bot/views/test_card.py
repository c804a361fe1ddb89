"""What a card and its thread say of a deployment, moment by moment."""

from __future__ import annotations

from dataclasses import replace

from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentPlanned,
    FailingResource,
    Outcome,
    SyncIntended,
)
from bot.deployments.plan import Commits, Plan
from bot.deployments.rollouts.progress import Doing, Progress
from bot.views.card import CardFacts, card
from bot.views.history import details, listing
from bot.views.message import Message
from bot.views.plain import lines
from bot.views.thread import stage
from tests.bot.deployments.histories import NEW, OLD, History, asked, asked_to_sync, at, change

BACK_OFF = FailingResource(
    kind="Deployment",
    name="user-svc",
    message="2 of 3 ready",
    events=("Pod/user-svc-1: BackOff: restarting failed container", "an older one"),
)


def read(message: Message) -> str:
    return "\n".join(lines(message))


def shown(history: History, **facts: object) -> str:
    """Everything that the card says."""
    return read(card(history.deployment, replace(CardFacts(now=at(100)), **facts)))  # type: ignore[arg-type]


def buttons(history: History, *, is_newest: bool = True) -> str:
    known = CardFacts(now=at(100), is_newest=is_newest)
    return str(card(history.deployment, known).blocks[-1])


def deploying(*waves: tuple[str, ...]) -> History:
    names = [name for wave in waves for name in wave]
    history = asked(applications=names).found().started().planned(*waves)
    return history.intended().committed()


def failed() -> History:
    history = deploying(("a",)).wave().syncing("a")
    history.then(
        ApplicationEnded,
        application="a",
        outcome=AppOutcome.FAILED,
        message="Deployment/user-svc is Degraded.",
        failing=(BACK_OFF,),
    )
    said = "`/shipmate app logs a Deployment/user-svc`"
    return history.then(
        DeploymentEnded, outcome=Outcome.FAILED, message="a: no.", next_step=f"Look: {said}."
    )


def waiting(key: str = "d2") -> Deployment:
    return asked(key).found().queued("d1").held("d1").deployment


def told(history: History, *behind: Deployment, is_newest: bool = True) -> str:
    """The thread's post about the newest event."""
    message = stage(history.deployment, history.events[-1], behind, is_newest=is_newest)
    return message.text if message else ""


def test_the_next_step_names_retry_only_where_that_button_is() -> None:
    assert "Retry starts it over" in shown(failed())
    assert "Retry" in buttons(failed())
    assert "Retry" not in shown(failed(), is_newest=False)
    assert "Retry" not in buttons(failed(), is_newest=False)


def test_while_others_are_held_the_next_step_says_so_and_how_they_go_on() -> None:
    for said in (shown(failed(), behind=(waiting(),)), told(failed(), waiting())):
        assert "The queue is held" in said
        assert "d2" in said
        assert "Go On on its card starts it alone" in said
        assert "Retry" not in said


def test_the_end_in_the_thread_carries_the_first_object_and_its_newest_event() -> None:
    said = told(failed())

    assert "`Deployment/user-svc`: 2 of 3 ready" in said
    assert "BackOff: restarting failed container" in said
    assert "an older one" not in said
    assert "`/shipmate app logs a Deployment/user-svc`" in said


def test_what_argo_cd_said_of_the_one_object_is_not_said_twice() -> None:
    why = "Deployment.apps is invalid: spec.template: Required value"
    bad = FailingResource(kind="Deployment", name="user-svc", message=why)
    history = deploying(("a",)).wave().syncing("a")
    message = f"one or more objects failed to apply, reason: {why}"
    history.then(
        ApplicationEnded,
        application="a",
        outcome=AppOutcome.FAILED,
        message=message,
        failing=(bad,),
    )
    history.then(DeploymentEnded, outcome=Outcome.FAILED, message=f"a: {message}.")

    for said in (shown(history), told(history)):
        assert said.count("Deployment/user-svc") == 1
        assert said.count(why) == 1


def test_a_success_that_degraded_shows_what_fails_and_no_longer_calls_all_healthy() -> None:
    history = deploying(("a",), ("b",)).wave().well("a").wave(1).well("b")
    history.over(message="Every application is Synced and Healthy.").then(
        DeploymentCorrected,
        message="a was Healthy at the end and is Degraded since.",
        healthy=False,
        applications=("a",),
        sync="Synced",
        failing=(BACK_OFF,),
        next_step="Look into Deployment/user-svc.",
    )
    card_said = shown(history)

    assert "Every application" not in card_said
    assert "❌ a · ✅ Synced · ❌ Degraded" in card_said
    assert "✅ b · Synced · Healthy" in card_said
    for said in (card_said, told(history)):
        assert "BackOff: restarting failed container" in said
        assert "Next:" in said
        assert "Look into Deployment/user-svc." in said


def test_what_was_not_attempted_says_so_in_its_row() -> None:
    history = asked(applications=["a"]).found().started().planned(["a"]).intended()
    history.over(Outcome.FAILED, "Git: GH006. Nothing was changed.")

    assert "⚪ a · Not attempted" in shown(history)
    assert "Nothing was changed" in shown(history)


def test_who_cancelled_is_a_mention_and_the_way_back_is_on_the_card() -> None:
    history = deploying(("a",)).wave().syncing("a").cancelled(revert=True).reverted("a").wave()
    history.well("a").over(Outcome.CANCELLED, "The earlier tags are back in Git and running again.")

    said = shown(history)
    assert "Cancelled by @U0OLU" in said
    assert "taken back by eeeeeee" in said
    assert f"user-svc: back to {OLD} from {NEW}" in said
    assert "<@U0OLU>" in told(history)


def test_a_queue_that_is_behind_nothing_any_more_does_not_say_behind() -> None:
    history = asked("d2").found().queued("d1").held("d1").resumed()

    assert "Behind" not in shown(history, over=frozenset({"d1"}))
    assert "Behind d1" in shown(history)


def test_a_held_card_says_what_its_two_buttons_do() -> None:
    said = shown(asked("d2").found().queued("d1").held("d1"))
    assert "Go On starts this one alone; Resume Queue starts all that wait" in said


def test_a_retry_says_of_what_and_keeps_where_its_build_comes_from() -> None:
    history = asked("d2", retry_of="d1", tag=NEW).found()
    assert "Retry of d1" in shown(history, links={})


def test_the_phase_is_that_of_the_last_application_of_the_wave() -> None:
    history = deploying(("a", "b")).wave().syncing("a", "b")
    settling, rolling = Progress(doing=Doing.SETTLING), Progress(doing=Doing.ROLLING_OUT)

    assert "rolling out" in shown(history, progress={"a": settling, "b": rolling})
    assert "settling" in shown(history, progress={"a": settling, "b": settling})
    assert "syncing" in shown(history, progress={"a": settling})
    committing = asked().found().started().planned(["a"])
    assert "committing" in shown(committing)


def test_resources_of_waves_to_come_count_from_the_start() -> None:
    history = asked_to_sync(applications=["a", "b"]).started().planned(["a"], ["b"], changes=())
    history.wave().syncing("a")

    said = shown(history, progress={"a": Progress(done=1, total=2)}, sizes={"a": 2, "b": 8})
    assert "1 of 10 resources ready" in said


def test_several_that_needed_nothing_share_a_line() -> None:
    history = asked_to_sync(applications=["a", "b", "c"]).started()
    history.planned(["a", "b", "c"], changes=()).wave().skipped("a", "b").syncing("c")

    assert "✅ 2 applications already Synced and Healthy: a and b" in shown(history)


def test_a_wave_is_told_once_and_only_where_there_is_something_to_do() -> None:
    history = asked_to_sync(applications=["a", "b", "c"]).started()
    history.planned(["a"], ["b", "c"], changes=()).wave()
    assert not told(history)
    history.skipped("a").wave(1).asked_to_sync("b")
    assert told(history) == "Wave 1, 2 of 2: `b` and `c`."
    history.then(SyncIntended, application="c", operation_id="op-c")
    assert not told(history)


def test_details_tell_each_step_to_the_second_and_the_commits_once() -> None:
    history = deploying(("a",)).wave().well("a").over()

    said = read(details(history.deployment, CardFacts(now=at(100)), ""))
    assert said.count("ommits since what ran before") == 1
    assert "12:00:05 UTC · Committed as ccccccc, in 2 s" in said
    assert "Succeeded, after 8 s in all" in said


def test_pods_that_still_run_an_older_tag_than_git_are_named() -> None:
    left = change("user-svc", NEW, NEW).model_copy(update={"live": (OLD, NEW)})
    history = asked().found().started().planned(["a"], changes=[left])

    assert f"as Git already says; pods still run {OLD}" in shown(history)
    assert left.runs == (OLD,)


def test_after_the_end_commits_are_shipped_and_the_list_tells_that_it_degraded() -> None:
    history = asked().found().started()
    plan = Plan(changes=(change("user-svc"),), commits=Commits(status="ahead", total=4))
    history.then(DeploymentPlanned, plan=plan)
    assert "4 commits since what runs" in shown(history)
    history.intended().committed().over(Outcome.SUCCEEDED)
    assert "4 commits shipped" in shown(history)
    assert "Degraded" not in read(listing([history.deployment], "", {}, {}))
    history.then(DeploymentCorrected, message="It degraded.", healthy=False)
    assert "Succeeded, then Degraded" in read(listing([history.deployment], "", {}, {}))


def test_a_card_names_the_images_by_short_digests_where_they_are_known() -> None:
    known = change("user-svc").model_copy(
        update={"digest": f"sha256:{'a' * 64}", "digest_before": f"sha256:{'b' * 64}"}
    )
    history = asked().found().started().planned(["a"], changes=[known, change("chat-svc")])
    assert f"Digests: user-svc {'a' * 12}\n" in shown(history) + "\n"
    whole = read(details(history.deployment, CardFacts(now=at(100)), ""))
    assert f"Digests: user-svc {'b' * 12} → {'a' * 12}\n" in whole
    unknown = asked().found().started().planned(["a"])
    assert "Digests" not in shown(unknown)


def test_backticks_of_a_reason_mark_up_nothing() -> None:
    assert "“'rm' is <!here>”" in shown(asked(reason="`rm` is\n<!here>"))
