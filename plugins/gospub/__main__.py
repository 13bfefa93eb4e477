"""`python -m gospub`: the command line."""

from gospub.cli import app

app(prog_name="python -m gospub")
