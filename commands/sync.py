"""`/sync`: bring applications to what Git says, wave by wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need
from bot.command import Command, Context, Form, Option, Reply
from bot.deployments.events import DeploymentRequested, SyncTarget
from bot.deployments.gates.entry import check_open
from bot.deployments.ledger import deployment_id
from bot.deployments.permissions import needs_of_sync
from bot.deployments.queueing import check_room
from bot.deployments.rollouts.order import find
from bot.errors import NotAllowed, NotKnown, UsageError
from bot.filled import Filled
from bot.grammar import Words, brief, join, nearest
from bot.views import forms, replies
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.catalog import Catalog, CatalogApplication
    from bot.views.message import Modal


class SyncArguments(BaseModel):
    """What `/sync` was asked. `left_out` holds those that need an approval of their own."""

    model_config = ConfigDict(frozen=True)

    words: str
    applications: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    resource: str = ""
    force: bool = False
    prune: bool = False
    dry_run: bool = False
    confirmed: str = ""  # the name by which a person said that they mean it
    yes: bool = False

    @property
    def is_sharp(self) -> bool:
        """Whether it replaces or deletes objects: named, and asked for twice."""
        return (self.force or self.prune) and not self.dry_run


def parse(words: Words, catalog: Catalog) -> SyncArguments:
    """The words as arguments. Raises UsageError, NotKnown, NotAllowed, Conflict."""
    named = words.take(0, "application", field="application")
    words.at_most(1)
    waves = catalog.in_group(named)
    applications = [app for wave in waves for app in wave]
    held = [app for app in applications if _needs_approval(app, catalog)]
    if len(applications) == len(held):  # they were named themselves, or nothing else was
        if not words.flag("dry-run"):
            _check_one_approval(named, held)
        held = []
    going = [app for app in applications if app not in held]
    arguments = SyncArguments(
        words=named,
        applications=tuple(app.name for app in going),
        left_out=tuple(app.name for app in held),
        resource=_resource(words.value("resource")),
        force=words.flag("force"),
        prune=words.flag("prune"),
        dry_run=words.flag("dry-run"),
        confirmed=words.value("confirm"),
        yes=words.flag("yes"),
    )
    if (arguments.resource or arguments.is_sharp) and len(going) != 1:
        raise UsageError(
            "--resource, --force and --prune take one application at a time.", field="application"
        )
    if arguments.is_sharp and going[0].protected:
        raise NotAllowed(
            f"{going[0].name} is protected: force and prune are refused from chat.",
            hint="Use Argo CD itself, with a second pair of eyes.",
        )
    return arguments


def _needs_approval(app: CatalogApplication, catalog: Catalog) -> bool:
    return bool(app.environment) and catalog.environment(app.environment).needs_approval


def _check_one_approval(named: str, held: list[CatalogApplication]) -> None:
    """Raise UsageError where the approvers of several environments would have to decide at once."""
    environments = list(dict.fromkeys(app.environment for app in held))
    if len(environments) > 1:
        lines = [f"`/sync {app.name}`" for app in held]
        raise UsageError(
            f"{named} lies in {listed(environments)}, which need approvals of their own.",
            hint=f"Ask for each: {listed(lines)}.",
            field="application",
        )


def _resource(text: str) -> str:
    kind, slash, name = text.partition("/")
    if text and not (kind and slash and name):
        raise UsageError(
            "--resource takes a kind and a name: Deployment/user-svc.", field="resource"
        )
    return text


def needs(arguments: SyncArguments, catalog: Catalog) -> tuple[Need, ...]:
    """`sync` in each environment, `operate` for shared applications."""
    return needs_of_sync(arguments.applications, catalog)


async def run(arguments: SyncArguments, context: Context) -> Reply:
    """Append the request; ask first where others share what is synced, or objects would go."""
    _check_object(arguments, context)
    question = _question(arguments, context)
    if question is not None:
        return question
    check_room(context.services, context.actor.subject)
    requested = _requested(arguments, context)
    check_open(context.services, requested)
    deployment = await context.services.ledger.request(requested)
    return Reply(
        replies.deployment_requested(deployment.request, left_out=arguments.left_out),
        follow=deployment.id,
    )


def _check_object(arguments: SyncArguments, context: Context) -> None:
    """Raise NotKnown for an object that the application lacks: Argo CD would sync nothing, and call
    that a success. Where Argo CD has not told the objects, it is asked for what was named.
    """
    app = context.services.applications.get(arguments.applications[0])
    if not arguments.resource or not app or not app.resources or find(arguments.resource, app):
        return
    raise NotKnown(
        f"{app.name} has no object “{brief(arguments.resource)}” that Argo CD knows of.",
        near=nearest(arguments.resource, [str(each.ref) for each in app.resources]),
        hint=f"`/shipmate app resources {app.name}` lists them; where Git has it only since a "
        f"moment ago, `/shipmate app refresh {app.name}` comes first.",
        field="resource",
    )


def _question(arguments: SyncArguments, context: Context) -> Reply | None:
    """What must be confirmed first: by the application's name where objects would be replaced or
    deleted, by a yes where applications are shared; None once it is.
    """
    if arguments.dry_run:
        return None
    if arguments.is_sharp:
        return _sharp(arguments, context)
    catalog = context.services.catalog
    shared = [app for app in catalog.applications if app.name in arguments.applications]
    shared = [app for app in shared if app.scope == SHARED]
    if not shared or arguments.yes or arguments.confirmed == arguments.words:
        return None
    form = forms.confirm_shared(shared, f"{_line(arguments)} --yes", only=arguments.resource)
    return _asked(form, "--yes")


def _sharp(arguments: SyncArguments, context: Context) -> Reply | None:
    name = arguments.applications[0]
    if arguments.confirmed == name:
        return None
    if arguments.confirmed:
        raise UsageError(
            f"That is not the application's name; type {name} to go on.", field="confirm"
        )
    return _asked(_by_name(arguments, context), f"--confirm {name}")


def _asked(modal: Modal, words: str) -> Reply:
    hint = f"Nothing was changed. To go on, add `{words}`."
    return Reply(replies.asked_to_confirm(modal, hint), modal=modal)


def _by_name(arguments: SyncArguments, context: Context) -> Modal:
    """The form that names the objects, as Argo CD lists them now."""
    name = arguments.applications[0]
    app = context.services.applications.get(name)
    resources = app.resources if app else ()
    replaced = [str(r.ref) for r in resources if not r.requires_pruning] if arguments.force else []
    deleted = [str(r.ref) for r in resources if r.requires_pruning] if arguments.prune else []
    if arguments.resource:
        replaced = [arguments.resource] if arguments.force else []
        deleted = [arguments.resource] if arguments.prune else []
    return forms.confirm_sync(name, replaced, deleted, _line(arguments))


def _line(arguments: SyncArguments) -> str:
    """The command line that the confirming form stands for."""
    line = join([arguments.words])
    if arguments.resource:
        line += f" --resource {join([arguments.resource])}"
    return line + " --force" * arguments.force + " --prune" * arguments.prune


def _requested(arguments: SyncArguments, context: Context) -> DeploymentRequested:
    catalog = context.services.catalog
    scopes = {catalog.scope_of(name) for name in arguments.applications}
    environment = scopes.pop() if len(scopes) == 1 else ""
    environment = "" if environment == SHARED else environment
    channel = catalog.environment(environment).channel if environment else catalog.default_channel
    return DeploymentRequested(
        at=context.services.clock.now(),
        id=deployment_id(context.request_key),
        kind="sync",
        actor=context.actor,
        environment=environment,
        applications=arguments.applications,
        channel=channel,
        sync=SyncTarget(
            words=arguments.words,
            applications=arguments.applications,
            left_out=arguments.left_out,
            resource=arguments.resource,
            force=arguments.force,
            prune=arguments.prune,
            dry_run=arguments.dry_run,
        ),
        needs_approval=bool(environment) and _must_ask(environment, catalog, arguments),
    )


def _must_ask(environment: str, catalog: Catalog, arguments: SyncArguments) -> bool:
    """Whether somebody else decides first; a dry run changes nothing."""
    return catalog.environment(environment).needs_approval and not arguments.dry_run


async def _modal(context: Context) -> Modal:
    return forms.sync(context.services.catalog)


def _words(filled: Filled) -> str:
    """The submitted form as its command line; the confirming form carries its line with it."""
    line = filled.text("line") or filled.words("application")
    return f"{line}{filled.options('confirm')}" + (" --dry-run" if filled.has("dry_run") else "")


SYNC: Command[SyncArguments] = Command(
    name="sync",
    summary="Sync applications with Git, wave by wave",
    usage="<application | category | all> [--resource kind/name] [--force] [--prune] [--dry-run] "
    "[--yes]",
    options=(
        Option("resource", "Only this object", value="kind/name"),
        Option("force", "Delete and create again what cannot be changed in place"),
        Option("prune", "Delete what is no longer in Git"),
        Option("dry-run", "Argo CD's dry run; it occupies the operation while it runs"),
        Option("yes", "Confirms a sync of what every environment shares"),
        Option("confirm", "Confirms --force and --prune: the application's name", value="name"),
    ),
    examples=("link-app-staging", "infrastructure --yes", "all --yes", "user-svc --dry-run"),
    parse=parse,
    needs=needs,
    run=run,
    slash=True,
    form=Form(_modal, _words),
)
