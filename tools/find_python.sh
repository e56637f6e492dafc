#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Print the first Python of version 3.11 or later; otherwise say so and fail.
for name in python3.11 python3 python3.14 python3.13 python3.12; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$name"
        exit 0
    fi
done
echo "Python 3.11 or later is needed and was not found (Debian 12 or later: apt-get install python3 python3-venv)." >&2
exit 1
