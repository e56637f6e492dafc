#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# The servers that the tests start: PostgreSQL, Redis, Chromium; and Node for axe. From Debian's packages when absent
# and we are root, otherwise the one line to run is printed and this fails: a missing server is never a skipped test.
set -eu

missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
# Chromium made without windows costs a third of the processor time; the whole one serves where it is there already.
light=chromium-headless-shell
command -v $light >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 || missing="$missing $light"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
may_install() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; }
if [ -z "$missing" ]; then
    if may_install && ! command -v $light >/dev/null 2>&1 && apt-cache show $light >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $light </dev/null ||
            echo "$light could not be installed: the whole Chromium serves, more slowly." >&2
    fi
    exit 0
fi

install="apt-get update && apt-get install -y --no-install-recommends$missing"
if ! may_install; then
    echo "The tests need what is not here. As root, run:" >&2
    echo "    $install" >&2
    exit 1
fi

# Packages must not start their services: the tests start their own, on free ports. 101 means "not allowed".
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
echo "Installing$missing …"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # the list is made of words
apt-get install -q -y --no-install-recommends $missing </dev/null
