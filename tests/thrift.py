"""The thrift of the checks: work that would take most of their time is done quickly or once a run, such as a password's hash
and the look at all static files."""

from servestatic.middleware import ServeStaticMiddleware

from apps.tenants.workspace.passwords import Hasher

Hasher.iterations = 1  # by design a third of a second each; the tests make hundreds

_look = ServeStaticMiddleware.add_files_from_finders
_known: dict[str, object] = {}


def _look_once(middleware: ServeStaticMiddleware) -> None:
    """A product builds its middlewares once, each test client builds its own; the files are the same."""
    if not _known:
        _look(middleware)
        _known.update(middleware.files)
    middleware.files.update(_known)


ServeStaticMiddleware.add_files_from_finders = _look_once
