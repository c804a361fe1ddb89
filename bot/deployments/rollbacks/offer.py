"""The rollback that a card offers once its deployment went badly (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.deployments.deployment import Deployment
from bot.deployments.rollbacks.choices import key_of, said_unsafe, tag_of
from bot.deployments.rollbacks.targets import History


@dataclass(frozen=True, slots=True)
class Offer:
    """Back to the last good state: `key` is what `/rollback` calls it."""

    key: str
    tag: str
    services: tuple[str, ...]
    unsafe: str = ""


def offer(deployment: Deployment, history: History) -> Offer | None:
    """What is offered, None where nothing went badly, or nothing good is known.

    `history` is that of all services of its environment.
    """
    if not (deployment.went_badly and deployment.request.kind == "deploy" and deployment.commit):
        return None
    if deployment.reverted or not deployment.commit.changed:
        return None
    target = history.last_good()
    images = target.differs(history.present) if target else ()
    if target is None or not images:
        return None
    services = tuple(image.service for image in images)
    unsafe = said_unsafe(history.since(target))
    return Offer(key_of(target), tag_of(images), services, unsafe)
