"""`python -m recourse`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; errors of our own tree end as one clear line, never as a traceback."""
    # Before numpy: one message is too little to share among cores, and threads that wait for more of it spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from recourse.cli import app
    from recourse.failing import explained

    sys.exit(explained(app))


if __name__ == "__main__":
    main()
