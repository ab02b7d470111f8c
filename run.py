#!/usr/bin/env python3
"""Runs Watchword from a fresh clone: `python3 run.py` serves, `python3 run.py help` lists the rest.

Standard library only. The work is in tools/run; this file must parse on any Python, so that an old one gets an answer.
"""

import os
import sys

if sys.version_info < (3, 11):
    folders = os.environ.get("PATH", "").split(os.pathsep)
    newer = ["python3.%d" % minor for minor in (14, 13, 12, 11)]
    here = [name for name in newer if any(os.access(os.path.join(folder, name), os.X_OK) for folder in folders)]
    this = "%d.%d" % sys.version_info[:2]
    sys.exit("Watchword needs Python 3.11 or newer, and this is %s. Try: %s run.py" % (this, (here or newer)[0]))

if __name__ == "__main__":
    from tools.run.main import main

    sys.exit(main(sys.argv[1:]))
