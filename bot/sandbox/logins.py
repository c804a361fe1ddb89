"""Who of the sandbox's people is who at GitHub, for a catalog that does not tell."""

from __future__ import annotations

from io import StringIO

from ruamel.yaml import YAML

from bot.sandbox.github.history import AMIR, DANA, JONAS, MEI, OLU, PRIYA, SOFIA, TOMASZ

_LOGINS = {
    "U0DANA": DANA.login,
    "U0AMIR": AMIR.login,
    "U0VERA": "vera-approver",
    "U0OLU": OLU.login,
    "U0MEI": MEI.login,
    "U0JONAS": JONAS.login,
    "U0PRIYA": PRIYA.login,
    "U0TOMASZ": TOMASZ.login,
    "U0SOFIA": SOFIA.login,
}


def with_logins(catalog: str) -> str:
    """The text of a catalog file with its people's GitHub logins, where it names nobody's."""
    yaml = YAML()
    document = yaml.load(catalog)
    if document.get("github_logins"):
        return catalog
    document["github_logins"] = _LOGINS
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue()
