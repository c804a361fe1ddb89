"""Import contracts of our own, for import-linter."""

from __future__ import annotations

from typing import Any

from grimp import ImportGraph
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.domain.contract import ContractCheck


class PureContract(ForbiddenContract):
    """Modules that decide, or render, and must not reach anything that does I/O.

    Takes the options of a `forbidden` contract. A source module that is not written yet is
    passed over, so that a promise can stand here before the module does.
    """

    type_name = "pure"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001
        """Whether every source module that exists keeps clear of the forbidden ones."""
        self.source_modules: Any = {
            module for module in self.source_modules if str(module.expression) in graph.modules
        }
        return super().check(graph, verbose)
