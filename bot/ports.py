"""Whether anything can listen at an address, told before the start instead of amid it."""

from __future__ import annotations

import errno
import socket

from bot.errors import SettingsError

_WHY = {
    errno.EADDRINUSE: "another program listens there",
    errno.EACCES: "this user may not listen there: ports below 1024 are for root",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


def expect_free(host: str, port: int, *, remedy: str) -> None:
    """Raise SettingsError, which ends with `remedy`, where `host` and `port` (0: any) cannot be
    listened at. Blocks while the name of a host is looked up.
    """
    try:
        for family, kind, protocol, _, address in _addresses(host, port):
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                tried.bind(address)
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or type(error).__name__)
        raise SettingsError(f"Cannot listen at {host}:{port}: {why}. {remedy}") from error


def _addresses(host: str, port: int) -> list[tuple[int, int, int, str, tuple[str | int, ...]]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return [(int(each[0]), int(each[1]), *each[2:]) for each in found]
