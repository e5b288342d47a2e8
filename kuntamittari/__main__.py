"""python -m kuntamittari …"""

import sys

from kuntamittari.cli import main

sys.exit(main())
