"""Applying manifests to the cluster, stage by stage, and what is said of each object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.argocd.cluster.live import Generation, LiveObject, Rollout
from bot.sandbox.argocd.definitions import Key, Manifest
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState, OperationState, Result

Stage = tuple[str, tuple[Manifest, ...]]  # sync phase, and what is applied in it


OBJECT = "{object}"
"""In the message of a failure: the object that it befalls."""


@dataclass(slots=True)
class Applier:
    """One attempt of one operation; `images` are what Git names at its revision."""

    simulation: Simulation
    app: AppState
    state: OperationState
    images: dict[Key, str]

    @property
    def stages(self) -> list[Stage]:
        """PreSync hooks, then objects without pods, then objects with pods, then PostSync."""
        return stages_of(self.app, self.state)

    def apply(self, number: int, now: datetime) -> str:
        """Apply one stage. Returns why it failed, or ""."""
        stages = self.stages
        if number >= len(stages):
            return ""
        phase, manifests = stages[number]
        failure = self._hook_failure() if phase == "PreSync" else self._failure(number)
        refused = self._refused(manifests) if failure else None
        if refused is not None:
            failure = failure.replace(OBJECT, _named_as_by_kubernetes(refused))
        for manifest in manifests:
            if manifest is refused:
                self._fail(manifest, phase, failure)
            elif manifest.hook:
                self._run_hook(manifest, phase)
            else:
                self._apply(manifest, now)
        if number == len(stages) - 1 and not failure:
            self._prune()
        return failure

    def waiting_for(self, number: int) -> str:
        """The operation's message while a stage settles."""
        phase, manifests = self.stages[number]
        first = manifests[0]
        name = f"{first.group}/{first.kind}/{first.name}" if first.group else first.name
        if phase == "PreSync":
            return f"waiting for completion of hook {name}"
        more = f" and {len(manifests) - 1} more resources" if len(manifests) > 1 else ""
        return f"waiting for healthy state of {name}{more}"

    def _refused(self, manifests: Sequence[Manifest]) -> Manifest:
        """What a failure befalls: the last that would change, so that it stays as it was."""
        changed = [each for each in manifests if not each.hook and self._would_change(each)]
        return (changed or manifests)[-1]

    def _would_change(self, manifest: Manifest) -> bool:
        key = manifest.key(self.app.definition.destination)
        live = self.app.live.get(key)
        return live is None or live.is_other_than(self.images[key])

    def _failure(self, number: int) -> str:
        return self.state.fails_with if number == len(self.stages) - 1 else ""

    def _hook_failure(self) -> str:
        planned = self.simulation.switches.hook_failures.get(self.app.name)
        return planned.pop(0) if planned else ""

    def _fail(self, manifest: Manifest, phase: str, why: str) -> None:
        status, hook = ("SyncFailed", "") if not manifest.hook else ("", manifest.hook)
        self._note(manifest, status, why, phase=phase, hook_type=hook, hook_phase="Failed")

    def _run_hook(self, manifest: Manifest, phase: str) -> None:
        said = "Reached expected number of succeeded pods"
        self._note(manifest, "", said, phase=phase, hook_type=phase, hook_phase="Succeeded")

    def _apply(self, manifest: Manifest, now: datetime) -> None:
        key = manifest.key(self.app.definition.destination)
        image = self.images[key]
        live = self.app.live.get(key)
        if live is None:
            verb = "created"
        elif live.is_other_than(image) or self.state.operation.force:
            verb = "configured"
        else:
            verb = "unchanged"
        if self.state.operation.dry_run:
            verb += " (dry run)"
        else:
            self._change(manifest, live, image, now)
        group = f".{manifest.group}" if manifest.group else ""
        shown = (image,) if image else ()
        self._note(
            manifest, "Synced", f"{manifest.kind.lower()}{group}/{manifest.name} {verb}", shown
        )

    def _change(
        self, manifest: Manifest, live: LiveObject | None, image: str, now: datetime
    ) -> None:
        if live is None:
            live = self.simulation.create(self.app, manifest, image, now)
            begin_rollout(self.simulation, live, None, now)
            return
        if not live.is_other_than(image):
            return
        live.drifted = False
        roll(self.simulation, live, image, now)

    def _prune(self) -> None:
        """Objects that Git no longer has: removed when asked to, else only mentioned."""
        declared = self.simulation.declared(self.app)
        asked = self.state.operation
        for key, live in list(self.app.live.items()):
            if key in declared or (asked.resources and key not in asked.resources):
                continue
            if not asked.prune:
                self._note(live.manifest, "PruneSkipped", "ignored (requires pruning)")
                continue
            self._note(live.manifest, "Pruned", "pruned")
            if not asked.dry_run:
                del self.app.live[key]

    def _note(
        self,
        manifest: Manifest,
        status: str,
        message: str,
        images: tuple[str, ...] = (),
        *,
        phase: str = "Sync",
        hook_type: str = "",
        hook_phase: str = "Running",
    ) -> None:
        key = manifest.key(self.app.definition.destination)
        self.state.results[key] = Result(
            key, manifest.version, status, message, hook_type, hook_phase, phase, images
        )


def roll(simulation: Simulation, live: LiveObject, image: str, now: datetime) -> None:
    """A new generation of the object; where it has pods, they are replaced."""
    before = live.generation
    live.generation = simulation.generation(image, before.template + 1, now)
    begin_rollout(simulation, live, before, now)


def begin_rollout(
    simulation: Simulation, live: LiveObject, before: Generation | None, now: datetime
) -> None:
    """Begin to start pods of the present generation; objects without pods are done."""
    if not live.manifest.runs_pods:
        return
    timings = simulation.timings
    live.rollout = Rollout(
        started=now,
        seconds=simulation.lasts(timings.rollout),
        deadline=simulation.lasts(timings.progress_deadline),
        before=before,
        trouble=live.lasting.trouble or simulation.trouble_of(live.image),
        message=live.lasting.message,
        at_once=live.lasting.at_once,
    )


def stages_of(app: AppState, state: OperationState) -> list[Stage]:
    """What an operation applies, in order; partial and apply-only ones run no hooks."""
    asked = state.operation
    manifests = app.definition.manifests
    hooks = asked.strategy == "hook" and not asked.resources and not asked.dry_run
    plain = [m for m in manifests if not m.hook and _is_asked(app, state, m)]
    stages: list[Stage] = [
        ("PreSync", tuple(m for m in manifests if m.hook == "PreSync" and hooks)),
        ("Sync", tuple(m for m in plain if not m.runs_pods)),
        ("Sync", tuple(m for m in plain if m.runs_pods)),
        ("PostSync", tuple(m for m in manifests if m.hook == "PostSync" and hooks)),
    ]
    return [stage for stage in stages if stage[1]]


def _is_asked(app: AppState, state: OperationState, manifest: Manifest) -> bool:
    chosen = state.operation.resources
    return not chosen or manifest.key(app.definition.destination) in chosen


def _named_as_by_kubernetes(manifest: Manifest) -> str:
    group = f".{manifest.group}" if manifest.group else ""
    return f'{manifest.kind}{group} "{manifest.name}"'
