"""The entry point: `cnncalc`, `python -m cnncalc`."""

import gc
import os
import sys
import warnings


def main() -> None:
    """Run the command line."""
    try:
        from cnncalc.system.ending import heed

        heed()
    except KeyboardInterrupt:
        os._exit(130)
    # One command is over before a search for cycles would pay, and nothing here makes any.
    gc.disable()
    if not sys.warnoptions:
        # What Python has to remark on a package, or on a text that is read, is nothing to a user.
        warnings.simplefilter("ignore")
    from cnncalc.cli.main import main as run

    try:
        run()
    finally:
        # At its end Python searches everything once more, for what the system takes back anyway.
        gc.freeze()


if __name__ == "__main__":
    main()
