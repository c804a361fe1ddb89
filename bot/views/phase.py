"""What a running deployment is doing, in two words (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.deployments.deployment import Deployment, Stage
from bot.deployments.rollouts.progress import Doing, Progress


def phase(deployment: Deployment, progress: Mapping[str, Progress]) -> str:
    """The step that it is at; of several applications, where the last one is."""
    if deployment.is_stopping and deployment.cancel:
        return "putting the earlier tags back" if deployment.cancel.revert else "stopping"
    if not deployment.planned:
        return "reading Git and Argo CD"
    if deployment.request.kind == "deploy" and not deployment.commit:
        return "committing"
    back = "back to the earlier tags: " if deployment.reverted else ""
    return back + _of_the_wave(deployment, progress).value


def _of_the_wave(deployment: Deployment, progress: Mapping[str, Progress]) -> Doing:
    wave = deployment.waves[deployment.wave] if deployment.wave >= 0 else ()
    still_open = [app.name for app in wave if deployment.runs[app.name].stage is not Stage.ENDED]
    order = list(Doing)
    found = [progress.get(name, Progress()).doing for name in still_open]
    return min(found, key=order.index, default=Doing.SYNCING)
