"""`/shipmate app logs`: the newest lines of an application's pods, or of one object's."""

from __future__ import annotations

from dataclasses import replace

from bot.command import Context, Option, Reply
from bot.errors import NotKnown, UsageError
from bot.grammar import brief, nearest
from bot.pod_tree import PodTree
from bot.redaction import redacted
from bot.views.pod_logs import pod_logs
from bot.views.wording import count, listed
from commands.app import MOST_LINES, AppArguments, app_command, find
from integrations.argocd.details import LogLine
from integrations.argocd.model import ApplicationRef, ResourceRef
from integrations.errors import ContainerNotNamed, TooManyPods

_OFFERED = 25


async def run(arguments: AppArguments, context: Context) -> Reply:
    """The newest lines, without secrets, to the person alone; or why there are none."""
    argocd = context.services.argocd
    ref = await find(arguments.application, context)
    about: ResourceRef | None = None
    if arguments.resource:
        about = _named(arguments.resource, PodTree(await argocd.resource_tree(ref)))
    try:
        lines = await _lines(arguments, ref, about, context)
    except TooManyPods as error:
        raise _too_many(PodTree(await argocd.resource_tree(ref)), about) from error
    except ContainerNotNamed as error:
        names = error.containers or await _containers(arguments, ref, about, context)
        raise _which(arguments.container, names) from error
    why = ""
    if not lines:
        why = _why(arguments, PodTree(await argocd.resource_tree(ref)).pods(about))
    of = f"{about} of {ref.name}" if about else ref.name
    return Reply(pod_logs(of, lines, argocd.page(ref), tail=arguments.tail, why=why))


async def _lines(
    arguments: AppArguments, ref: ApplicationRef, about: ResourceRef | None, context: Context
) -> list[LogLine]:
    kind, name = (about.kind, about.name) if about else ("", "")
    stream = context.services.argocd.logs(
        ref,
        kind=kind,
        name=name,
        container=arguments.container,
        tail=arguments.tail,
        since_seconds=arguments.since,
    )
    lines: list[LogLine] = []
    async for line in stream:
        lines.append(replace(line, content=redacted(line.content)))
        if len(lines) >= MOST_LINES:
            break
    return lines


def _named(word: str, tree: PodTree) -> ResourceRef:
    found = tree.find(word)
    if found is not None:
        return found
    owners = [str(ref) for ref in tree.owners]
    raise NotKnown(
        f"Nothing called “{brief(word)}” runs pods there.",
        near=nearest(word, [str(ref) if "/" in word else ref.name for ref in tree.everything]),
        hint=f"What runs pods: {listed(owners, _OFFERED)}." if owners else "No pods run there.",
        field="resource",
    )


def _too_many(tree: PodTree, about: ResourceRef | None) -> UsageError:
    """Offers each object that owns pods, or each pod of the one that was asked for."""
    pods = tree.pods(about)
    choices = sorted(str(ref) for ref in (pods if about else tree.owners))
    return UsageError(
        f"{count(len(pods), 'pod')} run there, more than Argo CD shows the logs of at a time.",
        hint=f"Add one of {listed(choices, _OFFERED)}.",
        field="resource",
    )


async def _containers(
    arguments: AppArguments, ref: ApplicationRef, about: ResourceRef | None, context: Context
) -> tuple[str, ...]:
    """The containers of those pods, () where each has just one."""
    try:
        await _lines(arguments.model_copy(update={"container": "", "tail": 1}), ref, about, context)
    except ContainerNotNamed as error:
        return error.containers
    return ()


def _which(asked: str, containers: tuple[str, ...]) -> UsageError:
    wrong = f"There is no container “{brief(asked)}”. " if asked else ""
    if not containers:
        return UsageError(f"{wrong}The pods have just one: leave --container out.")
    near = nearest(asked, containers) or containers
    return UsageError(
        f"{wrong}The pods have several containers: {listed(containers, _OFFERED)}.",
        hint=f"Name one, such as --container {near[0]}.",
        field="container",
    )


def _why(arguments: AppArguments, pods: list[ResourceRef]) -> str:
    """What it means that no line came."""
    if not pods:
        return "It runs no pods now."
    when = f" in the last {arguments.since} s" if arguments.since else ""
    return f"Its {count(len(pods), 'pod')} wrote nothing{when}."


APP_LOGS = app_command(
    "logs",
    "The newest log lines of an application's pods",
    run,
    Option("tail", f"How many lines per pod, at most {MOST_LINES}", value="n"),
    Option("container", "Which container, where pods have several", value="name"),
    Option("since", "Only newer than this: 30s, 10m, 2h", value="time"),
    more="[kind/name]",
    logs=True,
    examples=("user-svc", "link-app-staging Deployment/user-svc --container user-svc"),
)
