"""`python -m bot`."""

import os

from bot import crashing
from bot.cli import main

if __name__ == "__main__":
    crashing.arm_from(os.environ)
    main()
