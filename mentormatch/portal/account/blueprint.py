"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

account = Blueprint("account", __name__)
