"""The approval card's lines about manifests: what matters is named, the rest is counted."""

from __future__ import annotations

from bot.deployments.approvals.differences import FieldChange, ObjectDifference, Preview
from bot.views.manifest_changes import manifest_lines

APP = "link-app-production"
IMAGE = FieldChange(path="spec.template.spec.containers[a].image", before="a:1", after="a:2")


def changed(name: str, *fields: FieldChange, more: int = 0) -> ObjectDifference:
    return ObjectDifference(application=APP, kind="Deployment", name=name, fields=fields, more=more)


def other(name: str, change: str, kind: str = "ConfigMap") -> ObjectDifference:
    return ObjectDifference.model_validate(
        {"application": APP, "kind": kind, "name": name, "change": change}
    )


def lines(*objects: ObjectDifference, total: int = 0, why_not: str = "", most: int = 5) -> str:
    preview = Preview(objects=objects, total=total or len(objects), why_not=why_not)
    return "\n".join(manifest_lines(preview, most))


def test_objects_with_another_image_alone_are_counted() -> None:
    said = lines(changed("a", IMAGE), changed("b", IMAGE))
    assert said == "*Manifests:* 2 objects with another image and nothing else"


def test_what_else_changes_is_named() -> None:
    replicas = FieldChange(path="spec.replicas", before="5", after="2")
    gone = FieldChange(path="spec.paused", before="true")
    said = lines(
        changed("a", IMAGE),
        changed("b", IMAGE, replicas, gone, IMAGE, more=4),
        other("c", "added"),
        other("d", "removed"),
        other("e", "hidden", "Secret"),
        other("db-migrate", "runs", "Job"),
    )
    assert "1 object with another image and nothing else, 4 other objects" in said
    assert "`spec.replicas` `5` → `2`, `spec.paused` `true` → nothing, 5 more" in said
    assert "• `ConfigMap/c` is new" in said
    assert "`ConfigMap/d` is gone from Git" in said
    assert "`Secret/e` may change" in said
    assert said.endswith("• Runs `Job/db-migrate` as a hook")


def test_no_difference_is_said_only_where_everything_was_looked_at() -> None:
    assert lines() == "*Manifests:* no difference"
    refused = lines(why_not="Git: refused.")
    assert "no difference" not in refused
    assert refused.endswith("*Manifests not previewed:* Git: refused.")
    assert manifest_lines(None, 5) == []


def test_long_lists_are_cut_with_their_count() -> None:
    said = lines(*(other(f"c{number}", "added") for number in range(20)), total=90, most=3)
    assert "20 objects, 70 more that are not listed" in said
    assert said.count("is new") == 3
    assert "17 more" in said


def test_words_from_manifests_are_escaped() -> None:
    hostile = FieldChange(path="data.<!channel>", before="`*<@U1>*`", after="<script>")
    said = lines(changed("<b>", hostile), why_not="<!here>")
    assert "<!" not in said
    assert "<@" not in said
    assert "<script>" not in said
