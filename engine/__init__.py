"""The engine: configurations, events, run directories, data, networks and training."""

__version__ = "0.7.0"

import os
import sys

# Products this small are many times slower on two threads, and several trainers share a machine's cores. numpy's
# library reads this once, when numpy is loaded.
if "numpy" not in sys.modules:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
