"""Whether the catalog still has what an open deployment is about (pure)."""

from __future__ import annotations

from bot.catalog import Catalog
from bot.controls.scopes import is_known
from bot.deployments.actions import Action, Finish, Rest, StopOperations
from bot.deployments.deployment import Deployment
from bot.errors import NotKnown

_ENDINGS = (StopOperations, Finish, Rest)
"""What is done also where the catalog has lost the environment."""


def expect_known(deployment: Deployment, action: Action, catalog: Catalog) -> None:
    """Raise NotKnown where an environment of it was removed from the catalog, or renamed: nothing
    says any more who may do what there, how long it may take, and which files are its own.
    """
    if isinstance(action, _ENDINGS):
        return
    named = (deployment.request.environment, *_of_runs(deployment))
    for environment in filter(None, named):
        if not is_known(environment, catalog):
            raise NotKnown(
                f"The catalog has no environment {environment} any more, so nothing more is done "
                "there.",
                hint="Argo CD tells what runs there. Ask anew under the name that the catalog "
                "has now.",
            )


def _of_runs(deployment: Deployment) -> list[str]:
    return [run.planned.environment for run in deployment.runs.values()]
