"""The `ansim` command line. `main` is the entry point; each command is thin and its body lives in the room that owns it."""

from ansim.cli.app import main

__all__ = ["main"]
