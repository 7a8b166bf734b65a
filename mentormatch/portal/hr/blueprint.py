"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

hr = Blueprint("hr", __name__)
