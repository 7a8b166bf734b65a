"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

employee = Blueprint("employee", __name__)
