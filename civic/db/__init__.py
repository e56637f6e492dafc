# SPDX-License-Identifier: AGPL-3.0-or-later
"""Database: base class, types, engines, the one place that commits, migrations."""
