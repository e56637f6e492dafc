# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counter: acts entered by a clerk for someone present, by letter, by telephone or heard at a meeting."""
