# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who takes part in a process beside who lives in the town: counted, protected, and where to meet the missing ones."""
