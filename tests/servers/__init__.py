# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real servers that tests start as their own children: PostgreSQL, Redis, SMTP, the portal itself."""
