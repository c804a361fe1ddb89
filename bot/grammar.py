"""Words, options, quotes and did-you-mean: the grammar of everything a person types (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST_GUESS = 80


def nearest(word: str, candidates: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The candidates a person may have meant, best first; () when none is near."""
    wanted = word.casefold()
    if not wanted or len(wanted) > _LONGEST_GUESS:
        return ()
    spelled = {each.casefold(): each for each in candidates}
    close = get_close_matches(wanted, spelled, n=most, cutoff=0.6)
    if len(wanted) >= 3:
        close += [each for each in spelled if wanted in each or (len(each) >= 3 and each in wanted)]
    return tuple(spelled[each] for each in dict.fromkeys(close))[:most]


def brief(word: str, longest: int = 60) -> str:
    """The word as a message quotes it: one line, cut where it is long."""
    shown = " ".join(word.split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"
