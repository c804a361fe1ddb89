"""A digest beside a tag comes and goes, and nothing else of the file moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kustomization import NotEditable, images, set_tags
from tests.integrations.test_kustomization import DIGEST, FILE, USER, files


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"images:\n- name: {USER} # old\n  newTag: a # kept\n\nnamespace: x\n",
            f"images:\n- name: {USER} # old\n  newTag: b # kept\n  digest: {DIGEST}\n\nnamespace: x\n",
        ),
        (
            f"images:\n    -   newTag: 'a'\n        name: {USER}\n",
            f"images:\n    -   newTag: 'b'\n        digest: {DIGEST}\n        name: {USER}\n",
        ),
        (
            f"images: [{{name: {USER}, newTag: a}}]\n",
            f"images: [{{name: {USER}, newTag: b, digest: {DIGEST}}}]\n",
        ),
        (
            f"images:\n- name: {USER}\n  newTag: a",
            f"images:\n- name: {USER}\n  newTag: b\n  digest: {DIGEST}",
        ),
        (
            f"images:\r\n- name: {USER}\r\n  newTag: a\r\n",
            f"images:\r\n- name: {USER}\r\n  newTag: b\r\n  digest: {DIGEST}\r\n",
        ),
    ],
    ids=["a remark", "tag first", "one line", "no line end", "Windows"],
)
def test_a_digest_is_one_line_more_and_can_be_taken_away_again(before: str, after: str) -> None:
    assert set_tags(before, {USER: "b"}, {USER: DIGEST}) == after
    assert images(after)[USER].digest == DIGEST
    assert set_tags(after, {USER: "a"}, {USER: ""}) == before


def test_a_digest_alone_is_added_below_a_tag_that_stays() -> None:
    changed = set_tags(FILE, {USER: "sha-1111111"}, {USER: DIGEST})
    line = "    newTag: sha-1111111 # do not touch\n"
    assert changed == FILE.replace(line, f"{line}    digest: {DIGEST}\n")
    assert set_tags(changed, {USER: "sha-1111111"}, {USER: DIGEST}) == changed


def test_no_digest_where_there_is_none_changes_nothing() -> None:
    assert set_tags(FILE, {USER: "sha-1111111"}, {USER: ""}) == FILE


def test_a_digest_that_stands_first_leaves_its_place_to_the_next() -> None:
    text = f"images:\n- digest: {DIGEST}\n  newTag: a\n  name: {USER}\n"
    assert set_tags(text, {USER: "a"}, {USER: ""}) == f"images:\n- newTag: a\n  name: {USER}\n"
    with pytest.raises(NotEditable, match="remark"):
        set_tags(text.replace("  newTag", "  # why\n  newTag"), {USER: "a"}, {USER: ""})


def test_lines_that_end_in_an_unusual_way_are_refused() -> None:
    with pytest.raises(NotEditable, match="not YAML"):
        set_tags(f"images:\r- newTag: a\r  name: {USER}\rx: y\r", {USER: "b"}, {USER: DIGEST})


@pytest.mark.parametrize("digest", ["sha256:abc", "md5:" + "a" * 64, DIGEST + "a"])
def test_what_cannot_be_a_digest_is_refused(digest: str) -> None:
    with pytest.raises(NotEditable, match="cannot be an image digest"):
        set_tags(FILE, {USER: "sha-1111111"}, {USER: digest})


@given(files(), st.data())
def test_digests_come_and_go_without_a_trace(
    file: tuple[list[str], list[str], str, str], data: st.DataObject
) -> None:
    names, pieces, line_end, mark = file
    text = mark + "".join(pieces).replace("\n", line_end)
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True))
    tags = {name: images(text)[name].new_tag for name in chosen}
    pinned = set_tags(text, tags, dict.fromkeys(chosen, DIGEST))
    assert {name for name, line in images(pinned).items() if line.digest} == set(chosen)
    assert set_tags(pinned, tags, dict.fromkeys(chosen, "")) == text
