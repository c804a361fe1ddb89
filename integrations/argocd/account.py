"""Whom Argo CD takes us for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UserInfo:
    """The answer of `/session/userinfo`; an expired token reads as not logged in."""

    logged_in: bool = False
    username: str = ""
    groups: tuple[str, ...] = ()
