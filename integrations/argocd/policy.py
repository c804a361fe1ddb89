"""Auto-sync, and who would switch it back on (pure).

argo-cd pkg/apis/application/v1alpha1/types.go, SyncPolicyAutomated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AutoSync:
    """`spec.syncPolicy.automated`, which may be there and off.

    `enabled` is None where the word is absent, which means on; Argo CD knows it since v3.1.
    """

    enabled: bool | None = None
    prune: bool = False
    self_heal: bool = False
    allow_empty: bool = False

    @property
    def is_on(self) -> bool:
        """Whether Argo CD syncs by itself."""
        return self.enabled is not False

    @property
    def in_words(self) -> str:
        """How people say it: "on, prune, selfHeal"."""
        words = {"prune": self.prune, "selfHeal": self.self_heal, "allowEmpty": self.allow_empty}
        said = ["on" if self.is_on else "off", *(word for word, is_set in words.items() if is_set)]
        return ", ".join(said)

    @property
    def off(self) -> AutoSync:
        """The same, switched off: what the rest says is kept for later."""
        return replace(self, enabled=False)


@dataclass(frozen=True, slots=True)
class Owner:
    """What writes an Application: an "ApplicationSet", or the "Application" that applies it."""

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def policy_patch(wanted: AutoSync | None) -> str:
    """The merge patch (RFC 7386) that leaves `wanted` and nothing else of `automated`."""
    automated: dict[str, bool | None] | None = None
    if wanted is not None:
        words = {
            "prune": wanted.prune,
            "selfHeal": wanted.self_heal,
            "allowEmpty": wanted.allow_empty,
        }
        automated = {word: on or None for word, on in words.items()}
        automated["enabled"] = wanted.enabled
    return json.dumps({"spec": {"syncPolicy": {"automated": automated}}})
