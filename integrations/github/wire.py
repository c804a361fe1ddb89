"""GitHub's JSON, read tolerantly: only what is used must be there, and nulls are nothing."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from integrations.errors import BadAnswer
from integrations.github.model import Repository


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_or_empty)]


class Wire(BaseModel):
    """One of GitHub's objects; https://docs.github.com/rest describes them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


W = TypeVar("W", bound=BaseModel)


class WireUser(Wire):
    """An account; null where it was deleted."""

    login: Text = ""


class WireMembership(Wire):
    """Somebody's membership in a team."""

    state: Text = ""


class WireBranch(Wire):
    """A branch."""

    protected: bool


class WireRepository(Wire):
    """A repository, whole or as part of a run."""

    full_name: Text = ""
    default_branch: Text = ""
    html_url: Text = ""
    private: bool = False
    permissions: dict[str, bool] | None = None

    def model(self) -> Repository:
        """In our own words."""
        granted = (name for name, held in (self.permissions or {}).items() if held)
        return Repository(
            full_name=self.full_name,
            default_branch=self.default_branch,
            url=self.html_url,
            private=self.private,
            permissions=frozenset(granted),
        )


def parse(wire: type[W], answer: Any) -> W:
    """The answer as one of GitHub's objects. Raises BadAnswer where it is none."""
    try:
        return wire.model_validate(answer)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BadAnswer("GitHub", f"its answer lacks {where or 'everything'}.") from error
