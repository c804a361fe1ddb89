"""Which account a request is made by: an application's own where it has one, and no other then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from urllib.parse import unquote

import httpx

from integrations.argocd.auth import Credentials, Login
from integrations.clock import Clock

_AT = re.compile(r"/api/v1/applications/([^/]+)")
_MAY = re.compile(r"/api/v1/account/can-i/(?:applications|logs|exec)/.+/([^/]+)")


class Logins:
    """A general login, and those of applications that have credentials of their own.

    The path decides, so that no call can forget to: whatever is asked about such an application,
    or done to it, is asked with its own credentials, also where they are refused.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        credentials: Credentials,
        own: Mapping[str, Credentials],
        clock: Clock,
        requests: Counter[str],
    ) -> None:
        self._general = Login(http, credentials, clock, requests)
        logins = {each: Login(http, each, clock, requests) for each in dict.fromkeys(own.values())}
        self._own = {application: logins[each] for application, each in own.items()}

    def of(self, path: str) -> Login:
        """The login for a request to a path."""
        return self._own.get(application_of(path), self._general)


def application_of(path: str) -> str:
    """The application that a request to this path is about, "" where it is about none, or all.

    A question whether something may be done to an application is about that application.
    """
    found = _AT.match(path) or _MAY.fullmatch(path)
    return unquote(found[1]) if found else ""
