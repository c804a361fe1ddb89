"""A simulated Argo CD: as stale, as asynchronous and as particular as the real one."""

from bot.sandbox.argocd.cluster.live import Trouble
from bot.sandbox.argocd.definitions import Definition, Manifest, Source
from bot.sandbox.argocd.generator import many_applications, many_environments
from bot.sandbox.argocd.platform import link_platform
from bot.sandbox.argocd.sandbox import SandboxArgoCD
from bot.sandbox.argocd.simulation import OperationRecord
from bot.sandbox.argocd.timings import Timings

__all__ = [
    "Definition",
    "Manifest",
    "OperationRecord",
    "SandboxArgoCD",
    "Source",
    "Timings",
    "Trouble",
    "link_platform",
    "many_applications",
    "many_environments",
]
