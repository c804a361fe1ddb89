"""Which fields are asked for, so that a thousand applications stay a small answer."""

from __future__ import annotations

_LISTED = (
    "metadata.name",
    "metadata.namespace",
    "metadata.labels",
    "metadata.annotations",
    "spec",
    "operation.sync",
    "status.health",
    "status.sync.status",
    "status.sync.revision",
    "status.summary",
    "status.operationState.phase",
    "status.operationState.startedAt",
    "status.operationState.finishedAt",
)

_STREAMED = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.labels",
    "metadata.annotations",
    "metadata.ownerReferences",
    "spec.project",
    "spec.destination",
    "spec.source.repoURL",
    "spec.source.path",
    "spec.source.targetRevision",
    "spec.source.chart",
    "spec.sources.repoURL",
    "spec.sources.path",
    "spec.sources.targetRevision",
    "spec.sources.chart",
    "spec.sourceHydrator",
    "spec.syncPolicy",
    "operation.info",
    "operation.initiatedBy",
    "operation.sync.revision",
    "operation.sync.revisions",
    "operation.sync.dryRun",
    "operation.sync.prune",
    "operation.sync.resources",
    "status.health",
    "status.sync.status",
    "status.sync.revision",
    "status.sync.revisions",
    "status.summary",
    "status.reconciledAt",
    "status.conditions",
    "status.resources",
    "status.operationState.phase",
    "status.operationState.message",
    "status.operationState.startedAt",
    "status.operationState.finishedAt",
    "status.operationState.retryCount",
    "status.operationState.operation.info",
    "status.operationState.operation.initiatedBy",
    "status.operationState.operation.sync.revision",
    "status.operationState.operation.sync.revisions",
    "status.operationState.operation.sync.dryRun",
    "status.operationState.operation.sync.prune",
    "status.operationState.operation.sync.resources",
    "status.operationState.syncResult.revision",
    "status.operationState.syncResult.revisions",
    "status.operationState.syncResult.resources",
    "status.history.id",
    "status.history.revision",
    "status.history.revisions",
    "status.history.deployedAt",
    "status.history.deployStartedAt",
    "status.history.initiatedBy",
)

LIST = ",".join(("metadata.resourceVersion", *(f"items.{path}" for path in _LISTED)))
"""For `GET /applications`: Argo CD knows a fixed set of names and ignores every other one.

`status.sync.revision` is among them since v3.5. `spec` stands whole: together with a field of
its own it breaks v3.5.0 and v3.5.1 (pkg/apiclient/application/forwarder_overwrite.go).
"""

STREAM = ",".join(("result.type", "error", *(f"result.application.{path}" for path in _STREAMED)))
"""For `GET /stream/applications`: any path works, arrays are walked through. Without `error` an
error frame would come as `{}`. Helm values, which can be large, are left behind: everything
that an Application of model.py holds is in it.
"""

MANAGED = ",".join(
    f"items.{path}"
    for path in (
        *("group", "kind", "namespace", "name", "targetState", "normalizedLiveState"),
        *("predictedLiveState", "modified", "hook"),
    )
)
"""For `GET /applications/{name}/managed-resources`: `liveState` says everything once more."""
