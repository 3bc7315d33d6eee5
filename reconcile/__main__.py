"""Run the command line as ``python -m reconcile``."""

from reconcile.cli import app

app(prog_name="reconcile")
