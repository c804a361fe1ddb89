"""A shell that has a token."""

from __future__ import annotations

import pytest


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SHIPMATE_TOKEN", "personal")
    return monkeypatch
