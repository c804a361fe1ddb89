"""How long things take in the sandbox's Argo CD and its cluster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """Lengths in seconds of the shared clock.

    The defaults are lively enough to watch; the periods that clients must know how to live with
    (resync, keepalive, session) are Argo CD's own.
    """

    operation: float = 3.0  # from phase Running to its end
    pickup: float = 0.4  # from `operation` set to the operation worker starting it
    rollout: float = 8.0  # from a new pod template to the last new pod being ready
    compare: float = 0.5  # from the start of a comparison to its result being written
    event_delay: float = 0.4  # from a change in the cluster to the comparison it causes
    informer_lag: float = 0.2  # from a written status to LIST and the stream showing it
    progress_deadline: float = 20.0  # from a rollout's start until it is called Degraded
    retry_backoff: float = 5.0  # before the first retry of an operation; doubles
    retry_backoff_most: float = 180.0
    self_heal: float = 2.0  # before drift is healed
    resync: float = 120.0  # timeout.reconciliation
    resync_jitter: float = 60.0  # timeout.reconciliation.jitter
    revision_cache: float = 180.0  # how long an unforced comparison trusts a resolved branch
    repository_grace: float = 180.0  # an unreadable repository is ignored for so long
    keepalive: float = 15.0  # between comment lines of an idle SSE stream
    login: float = 0.5  # Argo CD makes every login wait
    session: float = 24 * 3600.0  # users.session.duration
