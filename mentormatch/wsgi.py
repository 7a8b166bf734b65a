"""What a web server loads: ``mentormatch.wsgi:make()``, once in each of its workers."""

import atexit

from flask import Flask

from mentormatch.bootstrap import make_app, open_site


def make() -> Flask:
    """Return the portal that the settings describe; its connections are closed when the process ends."""
    site = open_site()
    atexit.register(site.close)
    return make_app(site)
