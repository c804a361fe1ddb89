#!/bin/sh
# Resolves the dependencies anew, with hashes, for every platform, naming no index.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    .venv/bin/python -m pip install --quiet uv
    uv=.venv/bin/uv
fi
options="--generate-hashes --no-emit-index-url --universal --python-version 3.11 --quiet --upgrade"
# shellcheck disable=SC2086  # the options are words
$uv pip compile pyproject.toml $options --custom-compile-command "make lock" -o requirements.lock
# shellcheck disable=SC2086
$uv pip compile pyproject.toml $options --custom-compile-command "make lock" \
    --extra dev -c requirements.lock -o requirements-dev.lock
