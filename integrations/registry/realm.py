"""Whether the place where a registry wants us to log in is its own (pure).

A registry names its token service itself. One that is hostile, or taken over, could name a
stranger's, and our credentials would go there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

import httpx

from integrations.errors import BadAnswer
from integrations.registry.errors import SERVICE, ForeignRealm

# Below these everybody may have a name, so that a name beside ours says nothing. No list is
# ever complete: where none of this fits, REGISTRY_URL's own host is always right.
_SHARED = frozenset(
    {
        *("amazonaws.com", "cloudfront.net", "elasticbeanstalk.com", "on.aws"),
        *("azure.com", "azurecr.io", "azurefd.net", "azurewebsites.net", "windows.net"),
        *("appspot.com", "cloudfunctions.net", "googleapis.com", "pkg.dev", "run.app", "web.app"),
        *("cloudflare.net", "pages.dev", "r2.dev", "trycloudflare.com", "workers.dev"),
        *("digitaloceanspaces.com", "ondigitalocean.app", "fly.dev", "scw.cloud", "ovh.net"),
        *("github.dev", "github.io", "githubusercontent.com", "gitlab.io", "gitpod.io"),
        *("herokuapp.com", "netlify.app", "onrender.com", "railway.app", "vercel.app"),
        *("ngrok.app", "ngrok.dev", "ngrok.io", "ngrok-free.app", "ts.net", "loca.lt"),
        *("duckdns.org", "dyndns.org", "nip.io", "no-ip.org", "sslip.io", "xip.io"),
        *("cluster.local", "compute.internal", "ec2.internal"),
        *("myshopify.com", "oraclecloud.com", "ocir.io", "aliyuncs.com", "myqcloud.com"),
    }
)
# "co" of "co.uk": under a country's domain, these are registered below, never themselves.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "ltd", "me", "mil", "ne", "net"})
_SECOND_LEVEL |= {"nhs", "nom", "or", "org", "plc", "sch"}


def trusted(realm: str, registry: httpx.URL, also: Collection[str] = ()) -> httpx.URL:
    """The address of a realm that may have our credentials.

    Its host is the registry's, one of the same registrable domain, or one of `also`; and it is
    no less encrypted than the registry. Raises ForeignRealm, or BadAnswer for no address at all.
    """
    try:
        url = httpx.URL(realm)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise BadAnswer(SERVICE, "it does not say where to log in.")
    host = _host(url)
    known = host in {name.lower() for name in also} or same_owner(host, _host(registry))
    if url.userinfo or not known:
        raise ForeignRealm(host)
    if url.scheme == "http" and registry.scheme != "http":
        raise ForeignRealm(host, "without encryption")
    return url


def same_owner(one: str, other: str) -> bool:
    """Whether two hosts are certainly one owner's: equal, or below one registrable domain."""
    return one == other or (domain(one) == domain(other) != "")


def domain(host: str) -> str:
    """The registrable domain of a host, or "" where it is unclear or has none."""
    labels = host.split(".")
    if len(labels) < 2 or not all(labels) or _is_address(host):
        return ""
    if any(".".join(labels[start:]) in _SHARED for start in range(len(labels))):
        return ""
    in_country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    wanted = 3 if in_country else 2
    return ".".join(labels[-wanted:]) if len(labels) >= wanted else ""


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower().rstrip(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
