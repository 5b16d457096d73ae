#!/usr/bin/env python
"""Yingda's command line. A command starts on the platform's side (schema `public`) and enters tenants by name."""

import os
import sys


def main() -> None:
    from runtime import environment

    if sys.argv[1:2] == ["up"] and len(sys.argv) == 2:  # it starts servers, so it does not wait for Django
        from runtime import up

        sys.exit(up.main())
    known = environment.adopt()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    from apps.tenants import context
    from apps.tenants.refusal import Refusal

    with context.inside(context.PUBLIC):
        try:
            execute_from_command_line(sys.argv)
        except Refusal as refusal:
            sys.exit(f"yingda: {refusal}")
        except OperationalError:
            if known:
                raise
            sys.exit("yingda: no product runs on this data folder: start it with `make run`, or set DATABASE_URL.")


if __name__ == "__main__":
    main()
