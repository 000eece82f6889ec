"""`python -m bot`."""

import gc
import os

from bot import crashing

if __name__ == "__main__":
    crashing.arm_from(os.environ)
    # What is imported stays: to look for garbage among it would take a quarter of the start, and a tenth of a second ever after.
    gc.disable()
    from bot.cli import main

    gc.freeze()
    gc.enable()
    main()
