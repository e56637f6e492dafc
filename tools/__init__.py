# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set-up scripts called by the Makefile; none is needed by the running server."""
