"""The application: one Flask object around the ports of the services."""

from flask import Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from mentormatch.files.carried_folders import find_folder
from mentormatch.portal import blueprints
from mentormatch.portal.access import guard
from mentormatch.portal.addresses import read_keys
from mentormatch.portal.configuration import flask_configuration
from mentormatch.portal.context import EXTENSION
from mentormatch.portal.errors import answer_errors
from mentormatch.portal.filters import teach_templates
from mentormatch.portal.log_ins import watch_log_ins
from mentormatch.portal.security_headers import protect
from mentormatch.services.ports import Ports


def create_app(ports: Ports) -> Flask:
    """Return the portal as a WSGI application.

    Every request passes the same gates in the same order: host, other sites, repeated names, log-in, token, view.
    """
    app = Flask(__name__, template_folder=str(find_folder("templates")), static_folder="static")
    app.config.from_mapping(flask_configuration(ports.settings))
    app.extensions[EXTENSION] = ports
    app.jinja_env.undefined = StrictUndefined
    _trust_proxies(app, ports.settings.proxy_count)
    Bootstrap5(app)
    Babel(app)
    watch_log_ins(app)
    guard(app)
    CSRFProtect(app)
    protect(app)
    answer_errors(app)
    teach_templates(app)
    read_keys(app)
    blueprints.register(app)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe so many proxies in front, and nobody else, about whose request they hand on."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0)  # type: ignore[method-assign]
