"""Tokens that Debian's registry reads by itself: JSON Web Tokens, signed with openssl.

https://distribution.github.io/distribution/spec/auth/jwt/
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import subprocess
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.registry.issuer import Grant


@dataclass(frozen=True)
class Signer:
    """A key with its certificate, which a registry that trusts it is given as `certificate`."""

    key: Path
    certificate: Path
    name: str = "sandbox"

    def auth(self, realm: str, service: str) -> dict[str, dict[str, str]]:
        """The `auth` part of the configuration of a registry that takes our tokens."""
        trusted = str(self.certificate)
        return {
            "token": {
                "realm": realm,
                "service": service,
                "issuer": self.name,
                "rootcertbundle": trusted,
            }
        }

    async def mint(self, grant: Grant) -> str:
        """A grant as a signed token."""
        body = f"{_part(self._header())}.{_part(self._claims(grant))}"
        signature = await asyncio.to_thread(self._sign, body)
        return f"{body}.{_encoded(signature)}"

    def _header(self) -> dict[str, object]:
        lines = self.certificate.read_text().splitlines()
        certificate = b64decode("".join(line for line in lines if "-----" not in line))
        return {"typ": "JWT", "alg": "RS256", "x5c": [b64encode(certificate).decode()]}

    def _claims(self, grant: Grant) -> dict[str, object]:
        actions: defaultdict[str, list[str]] = defaultdict(list)
        for name, action in sorted(grant.actions):
            actions[name].append(action)
        issued = int(grant.issued.timestamp())
        return {
            "iss": self.name,
            "sub": grant.subject,
            "aud": grant.service,
            "iat": issued,
            "nbf": issued - 1,
            "exp": int(grant.until.timestamp()),
            "jti": secrets.token_hex(8),
            "access": [
                {"type": "repository", "name": name, "actions": allowed}
                for name, allowed in actions.items()
            ],
        }

    def _sign(self, body: str) -> bytes:
        return _openssl("dgst", "-sha256", "-sign", str(self.key), stdin=body.encode())


def signer(folder: Path) -> Signer | None:
    """A new signer with its files in `folder`; None where there is no openssl. Blocks a second."""
    if shutil.which("openssl") is None:
        return None
    made = Signer(folder / "token.key", folder / "token.crt")
    names = ("-subj", "/CN=sandbox", "-days", "2")
    where = ("-keyout", str(made.key), "-out", str(made.certificate))
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-batch", *names, *where)
    return made


def _openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(  # noqa: S603 the arguments are this module's own
        ["openssl", *arguments],  # noqa: S607 openssl is wherever PATH says
        input=stdin,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return done.stdout


def _part(content: dict[str, object]) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
