"""`python -m ansim.cli` is the same as `ansim`: the supervisor starts its children this way, whatever is on the PATH."""

from ansim.cli.app import main

main()
