"""Writes the tables of README.md and .env.example anew, from Settings, commands and figures."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from bot.catalog import load
from bot.declared import as_registered, declared
from bot.settings import Settings
from scripts.measured import figures_table

ROOT = Path(__file__).parent.parent
GROUPS = {
    "slack_": "Slack",
    "argocd_": "Argo CD",
    "gitops_": "The GitOps repository",
    "github_": "GitHub",
    "registry_": "The registry",
    "kubeconfig_": "Kubernetes",
    "shipmate_": "shipmate itself",
}


def variable(field: str) -> str:
    """The variable that a field is read from."""
    return Settings.model_fields[field].title or field.upper()


def default(field: str) -> str:
    """The default as a person would write it; "" for none."""
    value = Settings.model_fields[field].get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value) if value else ""


def settings_table() -> str:
    """Every variable, what it means, and its default."""
    rows = ["| variable | meaning | default |", "|---|---|---|"]
    for field, about in Settings.model_fields.items():
        shown = f"`{default(field)}`" if default(field) else ""
        rows.append(f"| `{variable(field)}` | {about.description} | {shown} |")
    return "\n".join(rows)


def commands_table() -> str:
    """Every command that help lists."""
    rows = ["| command | what it does |", "|---|---|"]
    names = load(ROOT / "catalog.yaml").slash_commands
    for command in as_registered(declared(["commands"]), names):
        if command.listed:
            name = f"/{command.name}" if command.slash else f"/shipmate {command.name}"
            usage = f"{name} {command.usage}".strip().replace("|", "\\|")
            rows.append(f"| `{usage}` | {command.summary} |")
    return "\n".join(rows)


def example_file() -> str:
    """A `.env` to start from: every variable, commented out, with its default."""
    return "\n".join(_example_lines()) + "\n"


def _example_lines() -> Iterator[str]:
    yield "# Copy to .env and fill in. README.md has the same list as a table."
    group = ""
    for field, about in Settings.model_fields.items():
        here = next(name for prefix, name in GROUPS.items() if field.startswith(prefix))
        if here != group:
            yield f"\n# --- {here}"
            group = here
        yield f"# {(about.description or '').replace('`', '')}"
        yield f"#{variable(field)}={default(field)}"


def with_tables(readme: str) -> str:
    """README's text with its generated tables replaced."""
    tables = {
        "settings": settings_table(),
        "commands": commands_table(),
        "figures": figures_table(),
    }
    for name, table in tables.items():
        pattern = rf"(<!-- {name}: make docs -->\n).*?(<!-- end -->)"
        readme = re.sub(
            pattern,
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",  # type: ignore[misc]
            readme,
            flags=re.DOTALL,
        )
    return readme


def main() -> int:
    """Write both files."""
    readme = ROOT / "README.md"
    readme.write_text(with_tables(readme.read_text("utf-8")), "utf-8")
    (ROOT / ".env.example").write_text(example_file(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
