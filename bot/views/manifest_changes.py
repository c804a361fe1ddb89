"""What a change makes of an application's objects, in a few lines (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.approvals.differences import FieldChange, ObjectDifference, Preview
from bot.views import icons
from bot.views.blocks import code, cut, escape
from bot.views.wording import capped, count, listed

_LONGEST = 60
_FIELDS = 3
_SAID = {
    "added": "is new",
    "removed": "is gone from Git; the cluster keeps it unless it is pruned",
    "hidden": "may change: Argo CD hides what it holds",
}


def manifest_lines(preview: Preview | None, most: int) -> list[str]:
    """A head and at most `most` objects; objects that only get another image are counted, as
    the images are told elsewhere.
    """
    if preview is None:
        return []
    hooks = hooks_of(preview)
    others = [each for each in preview.objects if each.change != "runs"]
    plain = [each for each in others if _is_image_alone(each)]
    told = [each for each in others if not _is_image_alone(each)]
    lines = []
    if preview.objects or not preview.why_not:
        lines.append(f"*Manifests:* {_head(preview, len(plain), len(told))}")
        lines += capped([f"• {_object(each)}" for each in told], most)
    if hooks:
        lines.append(f"• Runs {listed([_name(each) for each in hooks], 3)} as a hook")
    if preview.why_not:
        why = escape(cut(preview.why_not, 400))
        lines.append(f"{icons.WARNING} *Manifests not previewed:* {why}")
    return lines


def hooks_of(preview: Preview | None) -> list[ObjectDifference]:
    """The hooks that it runs, changed or not."""
    return [each for each in preview.objects if each.change == "runs"] if preview else []


def _head(preview: Preview, plain: int, told: int) -> str:
    parts = []
    if plain:
        parts.append(f"{count(plain, 'object')} with another image and nothing else")
    if told:
        parts.append(count(told, "other object" if plain else "object"))
    if (rest := preview.total - len(preview.objects)) > 0:
        parts.append(f"{rest} more that are not listed")
    return ", ".join(parts) or "no difference"


def _is_image_alone(each: ObjectDifference) -> bool:
    fields = [field.path for field in each.fields]
    return each.change == "changed" and not each.more and all(p.endswith(".image") for p in fields)


def _object(each: ObjectDifference) -> str:
    if each.change != "changed":
        return f"{_name(each)} {_SAID[each.change]}"
    rest = len(each.fields) - _FIELDS + each.more
    more = f", {rest} more" if rest > 0 else ""
    return f"{_name(each)}: {', '.join(_fields(each.fields[:_FIELDS]))}{more}"


def _fields(fields: Sequence[FieldChange]) -> list[str]:
    return [
        f"{code(_tail(field.path))} {_value(field.before)} → {_value(field.after)}"
        for field in fields
    ]


def _name(each: ObjectDifference) -> str:
    return code(f"{each.kind}/{each.name}")


def _tail(path: str) -> str:
    """The end of a path, which is what tells fields apart."""
    return path if len(path) <= _LONGEST else f"…{path[1 - _LONGEST :]}"


def _value(value: str) -> str:
    return code(cut(value, _LONGEST)) if value else "nothing"
