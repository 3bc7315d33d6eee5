"""The version, and the name under which the package is installed, each in one place."""

__version__ = "0.2.0"
# What pip calls the package. The module and the command are `reconcile`; that name in the public index is somebody else's.
DISTRIBUTION = "reconcile-tables"


def how_to_install(extra: str) -> str:
    """Return what to run to install an extra, from a folder that holds the project: it is not in the public index yet."""
    return f"the extra {extra!r} of {DISTRIBUTION}; in its folder, run: pip install '.[{extra}]'"
