# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proofs of residence sent online: sent, waiting, decided or withdrawn, and destroyed in every case."""
