"""Look how a scope stands, find what a person means to go back to, and ask for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.access import Actor
from bot.catalog import Environment
from bot.deployments.deployment import Deployment
from bot.deployments.desired import desired
from bot.deployments.events import DeploymentRequested, WantedImage, WayBack
from bot.deployments.gates.span import span
from bot.deployments.ledger import deployment_id
from bot.deployments.rollbacks.choices import (
    Choice,
    Standpoint,
    as_known,
    choice_of,
    choices,
    key_of,
    unless_there,
)
from bot.deployments.rollbacks.going_back import known_history
from bot.errors import NotKnown
from bot.grammar import brief, nearest
from integrations import kustomization
from integrations.argocd.model import HistoryEntry
from integrations.errors import NotFound

if TYPE_CHECKING:
    from bot.services import Services

_ENTRIES = 4
"""Entries of Argo CD's history that are looked up in Git: a form waits for them."""
_SHA = re.compile(r"[0-9a-f]{7,40}")


async def stand(
    services: Services, environment: Environment, application: str = "", *, fresh: bool = True
) -> Standpoint:
    """How the environment stands, or one of its applications; not `fresh`: as Git was last seen.

    Raises UpstreamError where Git cannot be read.
    """
    images = services.catalog.images_of(environment.name)
    carriers = {each.service: each.application_in(environment.name) for each in images}
    wanted = [name for name, carrier in carriers.items() if application in ("", carrier)]
    now = await desired(services, environment, wanted, fresh=fresh)
    touched = {carriers[name] for name in wanted}
    return Standpoint(
        environment=environment,
        tags=now.tags,
        carriers={name: carriers[name] for name in wanted},
        history=known_history(services, environment, wanted),
        left=services.ledger.left_by(touched),
        asked_last=services.ledger.asked_last(touched),
        is_whole=len(wanted) == len(carriers),
    )


async def argo_choices(
    services: Services, here: Standpoint, known: Sequence[Choice]
) -> tuple[Choice, ...]:
    """What Argo CD's own history holds beyond the choices known, newest first: from memory and
    from Git as it was last seen.
    """
    seen = [_tags(choice) for choice in known]
    found: list[Choice] = []
    now = services.clock.now()
    for revision, (name, entry) in _entries(services, here).items():
        images = await _at_revision(services, here, revision)
        choice = as_known(here, revision, images or (), now)
        if choice.images and _tags(choice) not in seen:
            seen.append(_tags(choice))
            at = entry.deployed_at or entry.started_at
            ago = f"{span(at, now)} ago" if at else "at some time"
            note = f"Argo CD deployed it {ago} (entry {entry.id} of {name})"
            found.append(replace(choice, key=revision, note=note, target=None))
    return tuple(found)


def _entries(services: Services, here: Standpoint) -> dict[str, tuple[str, HistoryEntry]]:
    """The newest entries by their revision, each once, without those that run now."""
    found: dict[str, tuple[str, HistoryEntry]] = {}
    running: set[str] = set()
    for name in dict.fromkeys(here.carriers.values()):
        app = services.applications.get(name)
        history = app.history if app else ()
        running |= {entry.revision for entry in history[-1:]}
        for entry in reversed(history[:-1]):
            found.setdefault(entry.revision, (name, entry))
    return {rev: found[rev] for rev in [*found][:_ENTRIES] if rev and rev not in running}


def _tags(choice: Choice) -> dict[str, str]:
    return {image.service: image.tag for image in choice.images}


async def choose(services: Services, here: Standpoint, word: str) -> Choice:
    """What a person means by a word: a deployment's id, a tag, or a revision of Git.

    Raises NotKnown and UsageError for any other word, and Conflict where it runs already.
    """
    now = services.clock.now()
    for target in here.history.targets:
        if word in (key_of(target), *target.tags):
            return unless_there(here, choice_of(here, target, now))
    if _SHA.fullmatch(word):
        found = await _at_revision(services, here, word)
        if found is not None:
            return unless_there(here, as_known(here, word, found, now))
    if services.ledger.knows(word):
        raise NotKnown(
            f"{word} is not known to have run well in {here.environment.name}.",
            near=tuple(each.key for each in choices(here, now)[:3]),
            field="target",
        )
    known = [word for each in choices(here, now) for word in (each.key, each.tag)]
    if nearest(word, known) and not _is_tag(here, word):
        raise NotKnown(
            f"Nothing that ran in {here.environment.name} is called “{brief(word)}”.",
            near=nearest(word, known),
            field="target",
        )
    services.catalog.check_tag(here.environment.name, word)
    images = tuple(WantedImage(service=name, tag=word) for name in here.services)
    return unless_there(here, as_known(here, word, images, now))


def requested(
    here: Standpoint,
    choice: Choice,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    unsafe: str = "",
) -> DeploymentRequested:
    """The request that goes there. Two who ask for the same at once ask for one."""
    environment = here.environment
    at_once = not choice.why_not
    applications = {here.carriers[image.service] for image in choice.images}
    alike = " ".join(sorted(f"{image.service}={image.tag}" for image in choice.images))
    return DeploymentRequested(
        at=now,
        id=deployment_id(f"rollback of {environment.name} after {here.asked_last} to {alike}"),
        kind="deploy",
        purpose="rollback",
        actor=actor,
        environment=environment.name,
        applications=tuple(a for a in environment.applications if a in applications),
        channel=environment.channel,
        tag=choice.tag,
        services=tuple(image.service for image in choice.images),
        images=choice.images,
        reason=reason,
        needs_approval=environment.needs_approval and not at_once,
        way_back=WayBack(
            to=choice.target.deployment.id if choice.target and not choice.target.baseline else "",
            leaves=here.left,
            replaces={image.service: here.tags[image.service] for image in choice.images},
            at_once=at_once,
            to_review=at_once and environment.needs_approval,
            unsafe=unsafe,
            whole=here.is_whole and len(choice.images) == len(here.tags),
        ),
    )


def under_way(services: Services, wanted: DeploymentRequested) -> Deployment | None:
    """A rollback to the same images that has not ended."""
    for other in services.ledger.open():
        same = other.request.environment == wanted.environment
        if same and other.is_rollback and other.request.images == wanted.images:
            return other
    return None


async def _at_revision(
    services: Services, here: Standpoint, revision: str
) -> tuple[WantedImage, ...] | None:
    """The images that a revision of the GitOps repository holds; None where it holds none."""
    images = [
        image
        for image in services.catalog.images_of(here.environment.name)
        if image.service in here.tags
    ]
    found = []
    for image in images:
        path = image.file_in(here.environment.name)
        try:
            text = await services.gitops.read(revision, path)
        except NotFound:
            return None
        line = kustomization.images(text, path).get(image.name)
        if line is not None:
            tag, digest = line.new_tag, line.digest
            found.append(WantedImage(service=image.service, tag=tag, digest=digest))
    return tuple(found)


def _is_tag(here: Standpoint, word: str) -> bool:
    return any(form.accepts(word) for form in here.environment.tag_formats)
