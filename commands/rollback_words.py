"""What the words of `/rollback` ask for, by a shell's line or by its form (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need, Permission
from bot.deployments.rollbacks.choices import Choice, Standpoint
from bot.errors import Conflict, NotAllowed, NotKnown, UsageError
from bot.filled import Filled
from bot.grammar import Words, join
from commands.places import check_place_first, place_first

if TYPE_CHECKING:
    from bot.catalog import Catalog


class RollbackArguments(BaseModel):
    """What `/rollback` was asked. `application` is "" for all of the environment; `target` is ""
    for the choice, or with `yes` for the last good one; `seen` is the deployment that had
    brought it to where the person saw it.
    """

    model_config = ConfigDict(frozen=True)

    named: str
    environment: str  # "" for a shared application
    application: str = ""
    target: str = ""
    reason: str = ""
    dry_run: bool = False
    yes: bool = False
    confirmed: str = ""
    seen: str = ""
    by_argo: bool = False
    override_checks: bool = False


def parse(words: Words, catalog: Catalog) -> RollbackArguments:
    """The words as arguments. Raises UsageError, NotKnown, and NotAllowed for what is protected."""
    words = place_first(words, catalog)
    check_place_first(words, catalog, "/rollback")
    named = words.take(0, "environment or application", field="environment")
    words.at_most(2)
    environment, application, by_argo = _scope(named, catalog)
    arguments = RollbackArguments(
        named=application or environment,
        environment=environment,
        application=application,
        target=words.at(1),
        reason=words.value("reason"),
        dry_run=words.flag("dry-run"),
        yes=words.flag("yes"),
        confirmed=words.value("confirm"),
        seen=words.value("after"),
        by_argo=by_argo,
        override_checks=words.flag("override-checks"),
    )
    if arguments.override_checks and not arguments.reason.strip():
        raise UsageError('--override-checks needs a --reason "…": it is recorded.', field="reason")
    what, meant = ("application", application) if by_argo else ("environment", environment)
    if arguments.confirmed not in ("", meant):
        raise UsageError(f"That is not the {what}'s name; type {meant} to go on.", field="confirm")
    if by_argo and arguments.dry_run:
        raise UsageError("Argo CD's own rollback has no dry run here.", field="target")
    return arguments


def _scope(named: str, catalog: Catalog) -> tuple[str, str, bool]:
    """The environment that a word means, the application ("" for all of them), and whether Argo
    CD itself goes back.
    """
    try:
        environment = catalog.environment(named)
    except NotKnown as unknown:
        known = [each.name for each in catalog.applications]
        if named not in known:
            raise NotKnown(
                f"There is no environment or application “{named[:60]}”.",
                near=unknown.near or (),
                field="environment",
            ) from None
        return _application(named, catalog)
    if environment.rollback == "git":
        return environment.name, "", False
    if len(environment.applications) > 1:
        raise UsageError(
            f"{environment.name} is rolled back by Argo CD, one application at a time: "
            f"{', '.join(environment.applications)}.",
            field="environment",
        )
    return _application(environment.applications[0], catalog)


def _application(named: str, catalog: Catalog) -> tuple[str, str, bool]:
    app = catalog.application(named)
    if app.protected:
        raise NotAllowed(
            f"{named} is protected: rollback is refused from chat.",
            hint="Use Argo CD itself, with a second pair of eyes.",
        )
    if app.rollback == "argo":
        return app.environment, named, True
    images = catalog.images_of(app.environment) if app.environment else ()
    if not any(image.application_in(app.environment) == named for image in images):
        raise Conflict(
            f"{named} carries no image tag of any environment: no commit of ours can roll it back.",
            hint=f"Revert in Git and `/sync {named}`, or let the catalog say `rollback: argo`.",
        )
    return app.environment, named, False


def needs(arguments: RollbackArguments, catalog: Catalog) -> tuple[Need, ...]:
    """A dry run only looks."""
    del catalog
    scope = arguments.environment or SHARED
    if arguments.dry_run:
        return (Need(permission=Permission.VIEW, scope=scope),)
    more = (Permission.OVERRIDE,) if arguments.override_checks else ()
    return tuple(Need(permission=each, scope=scope) for each in (Permission.ROLLBACK, *more))


def is_final(arguments: RollbackArguments) -> bool:
    """Whether nothing more is asked, so that it is worth asking Git how it stands now."""
    return arguments.yes or arguments.dry_run


def line_of(arguments: RollbackArguments, choice: Choice, here: Standpoint) -> str:
    """The command line that the confirming form stands for."""
    line = join([arguments.named, choice.key])
    if arguments.reason:
        line += f" --reason {join([arguments.reason])}"
    override = " --override-checks" * arguments.override_checks
    after = f" --after {here.left}" if here.left else ""
    return f"{line}{override}{after} --yes"


def words_of(filled: Filled) -> str:
    """The submitted form as its command line; the later forms carry theirs with them."""
    line = filled.text("line") or filled.words("environment")
    return f"{line} {filled.words('target')}".strip() + filled.options("reason", "confirm")
