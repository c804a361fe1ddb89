"""The container registry: which image a tag names, and giving an image another tag."""

from integrations.registry.client import Registry
from integrations.registry.errors import ForeignRealm, TagTaken
from integrations.registry.model import Credentials, Manifest

__all__ = ["Credentials", "ForeignRealm", "Manifest", "Registry", "TagTaken"]
