"""`python -m recourse`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; errors of our own tree end as one clear line, never as a traceback."""
    from recourse.cli import app
    from recourse.failing import explained

    sys.exit(explained(app))


if __name__ == "__main__":
    main()
