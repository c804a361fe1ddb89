#!/bin/sh
# Brings Debian's docker-registry for the tests, where that is possible: only unpacked below
# .cache, never installed, so that nothing is started or changed on this machine.
# Where it is not possible, those tests skip and say so: this never fails.
set -u
cd "$(dirname "$0")/.."

cache=.cache/docker-registry
say() { echo "registry: $*" >&2; }

if command -v docker-registry >/dev/null 2>&1 || [ -x "$cache/usr/bin/docker-registry" ]; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg >/dev/null 2>&1; then
    say "no docker-registry here, and no apt-get to bring it: the tests against it will skip."
    exit 0
fi

folder=$(mktemp -d) || exit 0
trap 'rm -rf "$folder"' EXIT
[ "$(id -u)" = 0 ] && chown _apt "$folder" 2>/dev/null

download() { (cd "$folder" && apt-get download -qq docker-registry >/dev/null 2>&1); }

say "bringing docker-registry with apt-get download"
if ! download && [ "$(id -u)" = 0 ]; then
    apt-get update -qq >/dev/null 2>&1
    download
fi
if dpkg -x "$folder"/docker-registry_*.deb "$folder/unpacked" 2>/dev/null; then
    mkdir -p .cache && rm -rf "$cache" && mv "$folder/unpacked" "$cache"
else
    say "apt-get could not bring docker-registry: the tests against it will skip."
    say "On Debian: sudo apt-get install docker-registry"
fi
exit 0
