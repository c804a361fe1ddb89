#!/bin/sh
# Makes .venv with everything in it, from the lock. Nothing to do when it is up to date.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.shipmate
wanted=$(cat requirements-dev.lock pyproject.toml scripts/setup.sh | cksum; pwd)
if [ -x .venv/bin/shipmate ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

say() { echo "setup: $*" >&2; }

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for python in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        if is_new_enough "$python"; then
            command -v "$python"
            return
        fi
    done
    say "Python 3.11 or newer is needed; none was found. Name one with PYTHON=/path/to/python3."
    exit 1
}

works() { .venv/bin/python -m pip --version >/dev/null 2>&1 && is_new_enough .venv/bin/python; }

# A pip that can install into another environment: the system's, or the wheel that Debian keeps.
pip_of_the_system() {
    if "$python" -m pip --version >/dev/null 2>&1; then
        echo "$python -m pip"
        return
    fi
    for wheel in /usr/share/python-wheels/pip-*.whl; do
        [ -f "$wheel" ] && echo "$python $wheel/pip" && return
    done
    return 1
}

locked_pip() { sed -n 's/^\(pip==[^ ]*\).*/\1/p' requirements-dev.lock; }

# The ways to an environment, the plainest first. Each leaves a .venv with pip, or fails.
with_venv() { "$python" -m venv --clear .venv >/dev/null 2>&1; }

with_venv_and_system_pip() {
    "$python" -m venv --clear --without-pip .venv >/dev/null 2>&1 || return 1
    pip=$(pip_of_the_system) || return 1
    # --ignore-installed: some pips count the system's packages as the environment's own.
    PYTHONPATH='' $pip --python .venv/bin/python install --quiet --ignore-installed "$(locked_pip)" \
        >/dev/null 2>&1
}

with_virtualenv() {
    "$python" -m virtualenv --clear --quiet .venv >/dev/null 2>&1 && return
    pip=$(pip_of_the_system) || return 1
    folder=$(mktemp -d)
    $pip install --quiet --target "$folder" virtualenv >/dev/null 2>&1 &&
        PYTHONPATH="$folder" "$python" -m virtualenv --clear --quiet .venv >/dev/null 2>&1
    outcome=$?
    rm -rf "$folder"
    return $outcome
}

with_uv() {
    command -v uv >/dev/null 2>&1 &&
        uv venv --quiet --clear --seed --python "$python" .venv >/dev/null 2>&1
}

with_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    case "$python" in /usr/bin/*) ;; *) return 1 ;; esac
    say "python3-venv is missing: installing it with apt-get"
    apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv \
        >/dev/null 2>&1 && with_venv
}

make_environment() {
    for way in with_venv with_venv_and_system_pip with_virtualenv with_uv with_apt; do
        if $way && works; then
            say "made .venv ($way)"
            return
        fi
    done
    say "No environment can be made: $python has neither venv with ensurepip, nor pip, nor"
    say "virtualenv, and there is no uv. On Debian and Ubuntu: apt-get install python3-venv"
    exit 1
}

python=$(find_python)
if ! works || [ "$(sed -n 2p "$stamp" 2>/dev/null || pwd)" != "$(pwd)" ]; then
    make_environment
fi

say "installing what requirements-dev.lock names"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
.venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
echo "$wanted" >"$stamp"
say "ready: .venv/bin/shipmate"
