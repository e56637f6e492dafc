# SPDX-License-Identifier: AGPL-3.0-or-later
"""Append-only, sealed record of acts."""
