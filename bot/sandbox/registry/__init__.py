"""A container registry on loopback: one of our own for the demo, and Debian's for the tests."""

from bot.sandbox.registry.images import build
from bot.sandbox.registry.issuer import Issuer
from bot.sandbox.registry.sandbox import SandboxRegistry

__all__ = ["Issuer", "SandboxRegistry", "build"]
