"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

admin = Blueprint("admin", __name__)
