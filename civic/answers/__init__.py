# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's motivated answers: drafted, reviewed, signed, corrected in public."""
