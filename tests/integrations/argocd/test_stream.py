from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from integrations.argocd.stream import lines, result
from integrations.errors import BadAnswer, Forbidden, Unauthorized


async def chunked(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_lines_are_put_together_from_chunks_of_any_size() -> None:
    body = b'data: {"a": 1}\n\n:\ndata: {"b": 2}\n'
    whole = [line async for line in lines(chunked(body))]
    for size in (1, 2, 3, 7):
        chunks = [body[i : i + size] for i in range(0, len(body), size)]
        assert [line async for line in lines(chunked(*chunks))] == whole
    assert whole == [b'data: {"a": 1}', b"", b":", b'data: {"b": 2}']


async def test_other_line_separators_inside_a_text_do_not_end_a_line() -> None:
    text = '{"result": {"content": "a\u2028b\u0085c"}}\n'.encode()
    assert [line async for line in lines(chunked(text))] == [text.strip()]


async def test_what_was_cut_off_is_dropped() -> None:
    assert [line async for line in lines(chunked(b"whole\nhal"))] == [b"whole"]


def test_keepalives_and_fields_of_other_servers_mean_nothing() -> None:
    assert [result(line) for line in (b"", b":", b"event: x", b"id: 7", b" ")] == [None] * 5


def test_both_framings_carry_a_result() -> None:
    assert result(b'data: {"result": {"type": "ADDED"}} ') == {"type": "ADDED"}
    assert result(b'{"result": {"type": "ADDED"}}') == {"type": "ADDED"}


def test_an_error_frame_is_raised_as_what_it_says() -> None:
    with pytest.raises(Forbidden, match="permission denied"):
        result(b'data: {"error": {"http_code": 403, "message": "permission denied"}}')
    with pytest.raises(Unauthorized):
        result(b'{"error": {"http_code": 401, "grpc_code": 16, "message": "expired"}}')


@pytest.mark.parametrize("line", [b"{}", b"data: {}", b'{"result": {}}', b'{"error": {}}'])
def test_a_frame_that_a_mask_emptied_is_an_error_too(line: bytes) -> None:
    with pytest.raises(BadAnswer):
        result(line)


def test_a_frame_that_is_no_json_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer):
        result(b'data: {"result": {"ty')
