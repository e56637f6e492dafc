# SPDX-License-Identifier: AGPL-3.0-or-later
"""Languages, per-language values, French typography, dates."""
