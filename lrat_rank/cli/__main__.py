"""`python -m lrat_rank.cli`: the command line where the installed script is not on the path."""

from lrat_rank.cli.app import main

if __name__ == "__main__":
    main()
