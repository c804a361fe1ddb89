"""Which shipmate this is."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed


def version() -> str:
    """The installed version, "0" of a checkout that is not installed."""
    try:
        return _installed("shipmate")
    except PackageNotFoundError:
        return "0"
