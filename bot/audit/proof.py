"""Whether the record is the one that was written: its own chain, and the heads that others kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.audit.heads import Head, contradictions
from bot.audit.witnesses import from_git
from bot.store import Chain, Fault, verify_file
from integrations.errors import UpstreamError
from integrations.gitops import GitOps


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked, and everything that does not fit, in order of position.

    `heard` counts the heads of each witness, `unheard` says why others could not be asked.
    """

    chain: Chain
    faults: tuple[Fault, ...] = ()
    heard: Mapping[str, int] | None = None
    unheard: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the record is proven: nothing is wrong, and nobody was left unasked."""
        return not self.faults and not self.unheard


async def prove(
    database: Path, gitops: GitOps | None, known: Iterable[Head] = (), *, unset: str = ""
) -> Proof:
    """Check the database file, which may be in use, against Git and against heads that are known.

    Where `gitops` is None, `unset` says what is missing. Raises OSError and sqlite3.Error.
    """
    heads, unheard = list(known), [unset] if gitops is None else []
    heard = Counter({"given": len(heads)}) if heads else Counter[str]()
    if gitops is not None:
        try:
            found = await from_git(gitops)
        except UpstreamError as error:
            unheard.append(f"{error.service}: {error.summary}")
        else:
            heard["Git"] = len(found)
            heads += found
    positions = [head.position for head in heads]
    chain = await asyncio.to_thread(verify_file, database, positions)
    faults = [*chain.faults, *contradictions(chain, heads)]
    faults.sort(key=lambda fault: fault.position)
    return Proof(chain, tuple(faults), heard, tuple(unheard))
