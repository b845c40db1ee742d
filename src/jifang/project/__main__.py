"""`python -m jifang.project` is `jifang`, also where the command is not on the path."""

import sys

from jifang.project.cli import main

sys.exit(main())
