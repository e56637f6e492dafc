# SPDX-License-Identifier: AGPL-3.0-or-later
"""The participation server: a core that knows no module by name."""

import gc

# What loading makes stays: the collector, looking for garbage in it, takes a fifth of the start. `civic.app`, which
# imports everything, wakes it.
gc.disable()
