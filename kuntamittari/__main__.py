"""`python -m kuntamittari`: the same as the command `kuntamittari`."""

import sys

from kuntamittari.cli import main

sys.exit(main())
