# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contract suite and fixtures for modules, first-party or not."""
