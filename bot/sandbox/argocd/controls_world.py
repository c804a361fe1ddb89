"""Ways to break and mend applications: what tests and the demo's panel press."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.argocd.cluster.live import Lasting, LiveObject, Trouble
from bot.sandbox.argocd.controllers.apply import OBJECT, begin_rollout
from bot.sandbox.argocd.definitions import Manifest
from bot.sandbox.argocd.policies import adopt, write_policy
from bot.sandbox.argocd.simulation import Simulation, SyncWindow
from bot.sandbox.argocd.state import AppState, Level, Operation, new_application


class WorldControls:
    """Troubles in the cluster and in the controllers. Names are of applications."""

    simulation: Simulation

    def application(self, name: str) -> AppState:
        """The record behind one application; KeyError for an unknown name."""
        return self.simulation.applications[name]

    def fail_next_sync(self, name: str, message: str = "", *, times: int = 1) -> None:
        """The next `times` attempts fail with `message`, as the API server would word it."""
        said = message or f"{OBJECT} is invalid: spec.template: Required value"
        self.simulation.switches.failures.setdefault(name, []).extend([said] * times)

    def fail_next_hook(self, name: str, message: str = "") -> None:
        """The next PreSync hook fails."""
        said = message or "Job has reached the specified backoff limit"
        self.simulation.switches.hook_failures.setdefault(name, []).append(said)

    def break_tag(self, tag: str, trouble: Trouble = Trouble.IMAGE_PULL) -> None:
        """Pods that get this tag from now on cannot pull it, or crash with it."""
        self.simulation.switches.broken_tags[tag] = trouble

    def mend_tag(self, tag: str) -> None:
        """The tag is fine after all; what already waits for it starts over."""
        self.simulation.switches.broken_tags.pop(tag, None)
        for app in self.simulation.applications.values():
            for live in app.live.values():
                if live.rollout is not None and live.image.endswith(f":{tag}"):
                    begin_rollout(
                        self.simulation, live, live.rollout.before, self.simulation.clock.now()
                    )
                    self._look_at(app)

    def degrade(self, name: str, message: str = "", *, workload: str = "") -> None:
        """Pods crash until healed, those of later rollouts too, and the object is Degraded."""
        self._trouble(name, workload, Trouble.CRASH, message, at_once=True)

    def stuck(self, name: str, *, workload: str = "") -> None:
        """Progressing until healed: new pods run and never become ready."""
        self._trouble(name, workload, Trouble.NEVER_READY, "", at_once=False)

    def heal(self, name: str) -> None:
        """Troubles end, pauses too; pods are ready at once."""
        app = self.application(name)
        for live in app.live.values():
            live.rollout, live.paused, live.lasting = None, False, Lasting()
        self._look_at(app)

    def suspend(self, name: str, *, workload: str = "") -> None:
        """A Deployment is paused: Suspended."""
        app = self.application(name)
        self._workload(app, workload).paused = True
        self._look_at(app)

    def drift(self, name: str, *, workload: str = "") -> None:
        """Somebody edits an object by hand: OutOfSync at the next look."""
        app = self.application(name)
        objects = [one for one in app.live.values() if one.manifest.runs_pods or not workload]
        chosen = [one for one in objects if one.manifest.name == workload] if workload else objects
        chosen.sort(key=lambda one: not one.manifest.runs_pods)
        chosen[0].drifted = True
        self._look_at(app)

    def leave_behind(self, name: str, manifest: Manifest) -> None:
        """An object that Git no longer has stays in the cluster: it wants pruning."""
        app = self.application(name)
        self.simulation.create(app, manifest, manifest.image, self.simulation.clock.now())
        self._look_at(app)

    def remove_object(self, name: str, kind: str, object_name: str) -> None:
        """Somebody deletes an object from the cluster."""
        app = self.application(name)
        for key in [k for k in app.live if (k.kind, k.name) == (kind, object_name)]:
            del app.live[key]
        self._look_at(app)

    def start_foreign_operation(self, name: str, by: str = "admin") -> None:
        """Somebody else syncs it."""
        app = self.application(name)
        operation = Operation(
            revisions=app.sync_revisions, username=by, sources=app.definition.sources
        )
        self.simulation.ask(app, operation)

    def never_finish(self, name: str, *, yes: bool = True) -> None:
        """Operations of this application run for ever."""
        change = self.simulation.switches.endless.add if yes else self._finishes
        change(name)

    def pause_operations(self, *, yes: bool = True) -> None:
        """The operation worker does nothing: `.operation` stays without an operationState."""
        self.simulation.switches.operations_paused = yes

    def hang_refreshes(self, *, yes: bool = True) -> None:
        """The refresh worker does nothing: `?refresh` never comes back."""
        self.simulation.switches.refreshes_hang = yes

    def set_auto_sync(self, name: str, on: bool, *, self_heal: bool = False) -> None:  # noqa: FBT001
        """Change the sync policy, as an Application's YAML would."""
        app = self.application(name)
        policy = {"selfHeal": True} if self_heal else {}
        write_policy(self.simulation, app, policy if on else None)

    def adopt(self, name: str, owner: str = "link-apps", kind: str = "ApplicationSet") -> None:
        """An ApplicationSet, or a parent Application, owns it: changes of its policy are undone."""
        adopt(self.simulation, self.application(name), kind, owner)

    def forget_enabled(self, *, yes: bool = True) -> None:
        """An Argo CD before v3.1: it knows no `automated.enabled` and drops the word."""
        self.simulation.switches.knows_enabled = not yes

    def sync_window(self, kind: str = "deny", *, project: str = "*", manual: bool = False) -> None:
        """Open a window now; kind "" closes all."""
        windows = self.simulation.switches.windows
        if not kind:
            windows.clear()
        else:
            windows.append(SyncWindow(kind, manual_sync=manual, project=project))

    def slow(self, factor: float) -> None:
        """Operations, rollouts and comparisons that begin now take `factor` times as long."""
        self.simulation.switches.pace = factor

    def delete(self, name: str) -> None:
        """Delete the Application itself."""
        app = self.simulation.applications.pop(name)
        app.deleted = True
        self.simulation.touch(app)

    def recreate(self, name: str) -> None:
        """Delete it and create it anew: same name, new uid, never reconciled."""
        old = self.simulation.applications[name]
        if not old.deleted:
            old.deleted = True
            self.simulation.touch(old, at_once=True)
        app = new_application(old.definition, self.simulation.clock.now(), salt=old.uid)
        self.simulation.applications[name] = app
        self.simulation.touch(app)
        self._look_at(app)

    def resync(self, names: Sequence[str] = ()) -> None:
        """Compare now, as if the resync period had passed."""
        for name in names or tuple(self.simulation.applications):
            self.simulation.request_refresh(self.application(name), Level.LATEST)

    def _finishes(self, name: str) -> None:
        self.simulation.switches.endless.discard(name)

    def _trouble(
        self, name: str, workload: str, trouble: Trouble, message: str, *, at_once: bool
    ) -> None:
        app = self.application(name)
        live = self._workload(app, workload)
        live.lasting = Lasting(trouble, message, at_once)
        begin_rollout(self.simulation, live, None, self.simulation.clock.now())
        self._look_at(app)

    def _workload(self, app: AppState, name: str) -> LiveObject:
        """The named object with pods, or the first."""
        found = [live for live in app.live.values() if live.manifest.runs_pods]
        chosen = [live for live in found if name in ("", live.manifest.name)]
        if not chosen:
            raise KeyError(f"{app.name} has no workload {name or 'at all'}")
        return chosen[0]

    def _look_at(self, app: AppState) -> None:
        self.simulation.request_refresh(app, Level.RECENT, self.simulation.timings.event_delay)
