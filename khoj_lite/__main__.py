"""`python -m khoj_lite` is `khoj-lite`."""

import sys

from khoj_lite.cli import main

if __name__ == "__main__":
    sys.exit(main())
