"""Tables that lie in the wheels of libraries, read without importing the libraries."""

from importlib.util import find_spec
from pathlib import Path


def table(package: str, name: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed; it is in requirements/base.in.")
    return Path(found.origin).with_name(name)
