"""The project holds together: what it promises to be installable is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_locked_package_carries_hashes_and_no_address() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        entries = re.split(r"\n(?=\S)", text)
        locked = [entry for entry in entries if "==" in entry.split("\n")[0]]
        assert len(locked) > 20
        assert all("--hash=sha256:" in entry for entry in locked)


def test_everything_that_the_bot_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        (
            "requirements-dev.lock",
            project["dependencies"] + project["optional-dependencies"]["dev"],
        ),
    ):
        locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.match(r"[\w.-]+", line)[0].replace(".", "-") for line in wanted}  # type: ignore[index]
        assert names <= locked


def test_each_ruff_ignore_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    ruff = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    ignores = [line for line in ruff.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line)]
    assert ignores
    assert all("#" in line for line in ignores)
