"""What somebody filled in: a submitted form's values, read back as the words of a line (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.quoting import quote


@dataclass(frozen=True, slots=True)
class Filled:
    """The values by the fields' names: a text, or the texts of a choice of several."""

    values: Mapping[str, str | Sequence[str]]

    def text(self, name: str) -> str:
        """The field's text, "" where it is empty or a choice of several."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All that was chosen in the field."""
        value = self.values.get(name, ())
        return ((value,) if value else ()) if isinstance(value, str) else tuple(value)

    def has(self, name: str) -> bool:
        """Whether anything was chosen or filled in."""
        return bool(self.values.get(name))

    def words(self, *names: str) -> str:
        """The texts of these fields as positional words; an empty one is none."""
        return " ".join(quote(text) for name in names for text in self.texts(name) if text)

    def options(self, *names: str) -> str:
        """` --name text` for each of these fields that is filled in, named as the option is."""
        return "".join(f" --{name} {quote(self.text(name))}" for name in names if self.text(name))
