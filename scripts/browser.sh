#!/bin/sh
# Brings Debian's chromium and emoji fonts for the browser tests, where that is possible.
# Where it is not, those tests skip and say so: this never fails.
set -u

has_browser() { command -v chromium >/dev/null 2>&1 || [ -x "${SHIPMATE_BROWSER:-}" ]; }
has_emoji() { fc-list 2>/dev/null | grep -qi emoji; }
say() { echo "browser: $*" >&2; }

if has_browser && has_emoji; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    if has_browser; then
        say "no emoji font here: pictures will show boxes. Debian: apt-get install fonts-noto-color-emoji"
    else
        say "no chromium here, and this is not root with apt-get: the browser tests will skip."
        say "On Debian: sudo apt-get install chromium fonts-noto-color-emoji"
    fi
    exit 0
fi
say "installing chromium and fonts-noto-color-emoji with apt-get"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-color-emoji fonts-liberation fonts-dejavu-core fontconfig >/dev/null 2>&1
has_browser || say "apt-get could not bring chromium: the browser tests will skip."
exit 0
