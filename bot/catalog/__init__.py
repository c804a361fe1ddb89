"""The typed catalog: environments, applications in waves, images, and who may do what."""

from bot.catalog.entries import CatalogApplication, Category, Ci, Environment, Grant, Image
from bot.catalog.load import CatalogError, load, parse
from bot.catalog.model import Catalog
from bot.catalog.promotions import Promotion
from bot.catalog.tags import TagFormat

__all__ = [
    "Catalog",
    "CatalogApplication",
    "CatalogError",
    "Category",
    "Ci",
    "Environment",
    "Grant",
    "Image",
    "Promotion",
    "TagFormat",
    "load",
    "parse",
]
