"""Whether the record is the one that was written: its own chain, and the heads that others kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.audit.heads import contradictions
from bot.audit.witnesses import Witness
from bot.store import Chain, Fault, Head, verify_file
from integrations.errors import UpstreamError


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
    database: Path,
    witnesses: Mapping[str, Witness],
    known: Iterable[Head] = (),
    unheard: Iterable[str] = (),
) -> Proof:
    """Check the database file, which may be in use, against all witnesses and heads at hand.

    `unheard` says who could not be asked to begin with. Raises OSError and sqlite3.Error.
    """
    heads, silent = list(known), list(unheard)
    heard = {"known": len(heads)}
    for name, ask in witnesses.items():
        try:
            found = await ask()
        except UpstreamError as error:
            silent.append(f"{error.service}: {error.summary}")
        else:
            heard[name] = len(found)
            heads += found
    positions = [head.position for head in heads]
    chain = await asyncio.to_thread(verify_file, database, positions)
    faults = [*chain.faults, *contradictions(chain, heads)]
    faults.sort(key=lambda fault: fault.position)
    return Proof(chain, tuple(faults), heard, tuple(silent))
