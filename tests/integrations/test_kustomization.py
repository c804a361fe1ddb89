"""The tags of a kustomization change, and not one other character of it."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from integrations.kustomization import ImageLine, NotEditable, images, set_tags

FILE = """\
# Staging. Tags are written by deployments.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: link-staging
resources:
  - ../../base
images:
  - name: ghcr.io/link/user-svc   # the oldest
    newTag: sha-1111111 # do not touch
  - newTag: 'sha-2222222'
    name: "ghcr.io/link/chat-svc"

  - {name: ghcr.io/link/ai-svc, newTag: "sha-3333333", newName: mirror/ai-svc}
commonAnnotations: &notes
  team: platform
others: *notes
"""

USER, CHAT, AI = (f"ghcr.io/link/{name}" for name in ("user-svc", "chat-svc", "ai-svc"))
DIGEST = "sha256:" + "a" * 64


def pinned(digest: str = DIGEST, tag: str = "sha-1111111") -> str:
    return f"images:\n- name: {USER}\n  newTag: {tag}\n  digest: {digest} # pinned\n"


def read_as_yaml(text: str, version: str) -> object:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(io.StringIO(text))


# -- stories ---------------------------------------------------------------------------------------


def test_images_are_read_with_their_lines_as_written() -> None:
    assert images(FILE) == {
        USER: ImageLine(USER, "sha-1111111", line=8),
        CHAT: ImageLine(CHAT, "sha-2222222", line=10),
        AI: ImageLine(AI, "sha-3333333", new_name="mirror/ai-svc", line=13),
    }


def test_a_number_without_quotes_is_read_as_it_is_written() -> None:
    assert images("images: [{name: a, newTag: 1.10}]")["a"].new_tag == "1.10"


def test_comments_quotes_order_and_flow_style_stay() -> None:
    changed = set_tags(FILE, {USER: "sha-aaaaaaa", CHAT: "sha-bbbbbbb", AI: "sha-ccccccc"})
    expected = FILE.replace("1111111", "aaaaaaa").replace("2222222", "bbbbbbb")
    assert changed == expected.replace("3333333", "ccccccc")


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    assert set_tags(text, {USER: "sha-aaaaaaa"}) == text.replace("sha-1111111", "sha-aaaaaaa")


def test_the_tag_that_is_there_already_changes_nothing() -> None:
    assert set_tags(FILE, {USER: "sha-1111111", CHAT: "sha-2222222"}) == FILE


@pytest.mark.parametrize(
    "tag", ["20261123", "1e5", "0x1", "1.10", "2026-11-23", "true", "NO", "0777"]
)
def test_a_tag_that_yaml_would_not_read_as_a_string_is_quoted(tag: str) -> None:
    assert f'newTag: "{tag}" # do not touch' in set_tags(FILE, {USER: tag})
    assert f"newTag: '{tag}'" in set_tags(FILE, {CHAT: tag})


@pytest.mark.parametrize("tag", ["sha-1234567", "v20261123-abc1234", "1.2.3", "latest", "123e"])
def test_an_ordinary_tag_is_not_quoted(tag: str) -> None:
    assert f"newTag: {tag} #" in set_tags(FILE, {USER: tag})


def test_tag_and_digest_change_together() -> None:
    text = pinned()
    other = "sha256:" + "b" * 64
    changed = set_tags(text, {USER: "v1.2.3"}, {USER: other})
    assert changed == text.replace("sha-1111111", "v1.2.3").replace(DIGEST, other)


def test_a_pinned_image_refuses_a_tag_without_its_digest() -> None:
    with pytest.raises(NotEditable, match=r"line 4: .*pinned to a digest"):
        set_tags(pinned(), {USER: "v1.2.3"})


def test_a_pinned_image_that_has_the_tag_already_needs_nothing() -> None:
    assert set_tags(pinned(), {USER: "sha-1111111"}) == pinned()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "images list"),
        ("- a\n", "images list"),
        ("kind: Kustomization\n", "an images list was expected"),
        ("images:\n", "an images list was expected"),
        ("images: {}\n", "an images list was expected"),
        ("images: []\n", "no image 'a'"),
        ("images: [{newTag: x}]", "an image with a name"),
        ("images: [plain]", "an image with a name"),
        ("images: [{name: a, newTag: x}, {name: a, newTag: y}]", "listed twice"),
        ("images: [{name: a, newTag: x, newTag: y}]", "newTag stands twice"),
        ("images: [{name: a}]\nimages: [{name: a, newTag: x}]", "images stands twice"),
        ("images: [{name: a}]", "no newTag"),
        ("images: [{name: a, newTag: }]", "empty"),
        ("images: [{name: a, newTag: [x]}]", "single value"),
        ("images:\n- name: a\n  newTag: |\n    x\n", "block of text"),
        ("images: [{name: a, newTag: !!str x}]", "explicit YAML tag"),
        ("images: [{name: a, newTag: &t x}]\nb: *t", "anchor"),
        ("t: &t x\nimages: [{name: a, newTag: *t}]", "anchor"),
        ("images:\n- &one {name: a, newTag: x}\n", "anchor"),
        ("images: &all [{name: a, newTag: x}]\n", "anchor"),
        ("images: [{<<: {newTag: x}, name: a}]", "merge"),
        ("images: [{name: a, newTag: x}]\n---\nb: 1\n", "another document"),
        ("images: [{name: a, newTag: *nowhere}]", "not YAML"),
        ("images: [{name: a, newTag: x}\n", "not YAML"),
        ("images: [{name: a, newTag: \x00}]", "one YAML document"),
        ("[" * 800, "YAML"),
    ],
)
def test_a_file_in_which_a_change_would_be_a_guess_is_refused(text: str, told: str) -> None:
    with pytest.raises(NotEditable) as refusal:
        set_tags(text, {"a": "sha-1234567"}, path="environments/dev/kustomization.yaml")
    assert told in refusal.value.summary
    assert refusal.value.summary.startswith("environments/dev/kustomization.yaml")
    assert refusal.value.changed == "no"


@pytest.mark.parametrize("tag", ["", "a b", 'x"', "x\ny", "-x", "x" * 129, "a:b", "ä"])
def test_what_cannot_be_a_tag_is_refused(tag: str) -> None:
    with pytest.raises(NotEditable, match="cannot be an image tag"):
        set_tags(FILE, {USER: tag})


# -- properties ------------------------------------------------------------------------------------

TAGS = st.from_regex(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,30}", fullmatch=True)
NUMBERS = st.one_of(
    st.integers(0).map(str),
    st.floats(0, allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(
        r"0[xob]?[0-9a-f_]{1,8}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9_]+e[0-9]+", fullmatch=True
    ),
    st.sampled_from(["yes", "No", "ON", "off", "y", "N", "true", "False", "null", "NULL"]),
).filter(lambda tag: re.fullmatch(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", tag) is not None)
REMARKS = st.sampled_from(["", " # a remark", "   # newTag: sha-0000000", " # 'quoted' \"twice\""])
LINES = st.sampled_from(["", "# alone", "  # indented: {", "    "])


@st.composite
def entries(draw: st.DrawFn, name: str) -> tuple[str, str, str]:
    """One image as (before the tag scalar, the scalar, after it)."""
    quote = draw(st.sampled_from(["", "'", '"']))
    scalar = f"{quote}{draw(TAGS)}{quote}"
    named = draw(st.sampled_from([name, f"'{name}'", f'"{name}"']))
    extra = draw(st.sampled_from(["", "newName: mirror/x"]))
    if draw(st.booleans()):
        more = f", {extra}" if extra else ""
        return f"  - {{name: {named}, newTag: ", scalar, f"{more}}}{draw(REMARKS)}\n"
    more = f"    {extra}{draw(REMARKS)}\n" if extra else ""
    if draw(st.booleans()):
        return f"  - name: {named}{draw(REMARKS)}\n{more}    newTag: ", scalar, f"{draw(REMARKS)}\n"
    after = f"{draw(REMARKS)}\n{draw(LINES)}\n{more}    name: {named}{draw(REMARKS)}\n"
    return "  - newTag: ", scalar, after


@st.composite
def files(draw: st.DrawFn) -> tuple[list[str], list[str], str, str]:
    """A kustomization as names, the pieces around its tag scalars, and its line end."""
    names = [f"ghcr.io/link/svc-{number}" for number in range(draw(st.integers(1, 5)))]
    pieces = [f"{draw(LINES)}\nkind: Kustomization{draw(REMARKS)}\nimages:{draw(REMARKS)}\n"]
    for name in names:
        before, scalar, after = draw(entries(name))
        pieces[-1] += before
        pieces += [scalar, after]
    pieces[-1] += draw(st.sampled_from(["", "namespace: link\n", "# the end", "\n\n"]))
    return (
        names,
        pieces,
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from(["", "\ufeff"])),
    )


@given(files(), st.data())
def test_only_the_characters_of_the_tag_scalars_change(
    file: tuple[list[str], list[str], str, str], data: st.DataObject
) -> None:
    names, pieces, line_end, mark = file
    text = mark + "".join(pieces).replace("\n", line_end)
    wanted = data.draw(st.dictionaries(st.sampled_from(names), st.one_of(TAGS, NUMBERS)))
    changed = set_tags(text, wanted)

    rest = changed.removeprefix(mark).replace(line_end, "\n")
    for place, piece in enumerate(pieces):
        name = names[place // 2] if place % 2 else ""
        allowed = scalars(piece, wanted[name]) if name in wanted else [piece]
        found = [scalar for scalar in allowed if rest.startswith(scalar)]
        assert found, f"expected one of {allowed} at {rest!r}"
        rest = rest.removeprefix(found[0])
    assert rest == ""
    assert {name: images(changed)[name].new_tag for name in wanted} == wanted


def scalars(before: str, tag: str) -> list[str]:
    """How a tag may be written in the place of the scalar `before`."""
    quote = before[0] if before[0] in "'\"" else ""
    if before.strip("'\"") == tag:
        return [before]
    return [f"{quote}{tag}{quote}"] if quote else [f'"{tag}"', tag]


@given(st.one_of(TAGS, NUMBERS), st.sampled_from(["1.1", "1.2"]), st.booleans())
def test_the_new_tag_is_a_string_to_every_reader(tag: str, version: str, flow: bool) -> None:  # noqa: FBT001
    text = "images: [{name: a, newTag: x}]" if flow else "images:\n- name: a\n  newTag: x\n"
    loaded = read_as_yaml(set_tags(text, {"a": tag}), version)
    assert loaded == {"images": [{"name": "a", "newTag": tag}]}


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        images(text)
    except NotEditable:
        return
