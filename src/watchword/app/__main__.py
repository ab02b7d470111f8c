"""`python -m watchword.app serve`."""

from __future__ import annotations

import sys

from watchword.app.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
