"""How a registry asks for a login: the WWW-Authenticate header of a 401 (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Either the name of a scheme, or one parameter of the scheme before it (RFC 9110, 11.6.1).
_PART = re.compile(
    r"""[\s,]*(?:
        (?P<name>[\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"]*))
        |(?P<scheme>[\w!#$%&'*+.^`|~-]+)(?=\s|,|$)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Challenge:
    """One way to log in: `scheme` in lower case, with its parameters by lower-case name."""

    scheme: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.parameters.get(name, "")


def challenges(headers: Iterable[str]) -> tuple[Challenge, ...]:
    """The ways to log in that WWW-Authenticate headers offer; what cannot be read is left out."""
    found: list[tuple[str, dict[str, str]]] = []
    for header in headers:
        start = 0
        while match := _PART.match(header, start):
            start = match.end()
            if match["scheme"]:
                found.append((match["scheme"].lower(), {}))
            elif found:
                quoted = match["quoted"]
                value = match["bare"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
                found[-1][1].setdefault(match["name"].lower(), value)
    return tuple(Challenge(scheme, parameters) for scheme, parameters in found)


def preferred(offered: Iterable[Challenge]) -> Challenge | None:
    """The one to answer: a token before a password; None where neither is offered."""
    known = {challenge.scheme: challenge for challenge in reversed(tuple(offered))}
    return known.get("bearer") or known.get("basic")
