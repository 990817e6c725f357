"""The program: `newsletter`, or `python -m newsletter`."""

import sys


def run() -> None:
    """Load the command line and go. Ctrl-C while it loads ends the program in silence: nothing has begun yet."""
    try:
        from newsletter.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    main(prog_name="newsletter")


if __name__ == "__main__":
    run()
