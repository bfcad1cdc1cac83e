#!/bin/sh
# Finds the system packages that are missing and installs them when root; otherwise prints the
# command and stops. Usage: setup/system.sh run|test|bench
set -eu
purpose=$1
missing=""

want_library() { # soname package
    ldconfig -p 2>/dev/null | grep -q "$1" || missing="$missing $2"
}
want_command() { # command package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Parure needs Python 3.11 or newer: install it, or name it with 'make PYTHON=python3.12'." >&2
    exit 1
}
node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if [ "${node_major:-0}" -lt 20 ] || ! command -v npm >/dev/null 2>&1; then
    echo "Parure needs Node 20 or newer with npm, to bundle its pages: install it and run make again." >&2
    exit 1
fi

if [ "$(uname -s)" = Linux ]; then
    PATH="$PATH:/sbin:/usr/sbin"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
    want_library libEGL.so.1 libegl1
    want_library libGLESv2.so.2 libgles2
    want_library libGL.so.1 libgl1
    want_library libgthread-2.0.so.0 libglib2.0-0
    if command -v dpkg-query >/dev/null 2>&1; then
        dpkg-query -W -f '${Status}' libgl1-mesa-dri 2>/dev/null | grep -q ' installed' ||
            missing="$missing libgl1-mesa-dri"
    fi
    if [ "$purpose" = test ]; then
        want_command chromium chromium
        want_command strace strace
    fi
    if [ "$purpose" = bench ]; then
        want_command wrk wrk
    fi
fi
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "These system libraries are missing, by their Debian names:$missing. Install them and run make again." >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "System packages are missing. Run this, then make again:" >&2
    echo "    sudo apt-get update && sudo $install" >&2
    exit 1
fi
echo "Installing system packages:$missing"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive $install >/dev/null
