# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page needs: acts, security headers, languages, forms."""
