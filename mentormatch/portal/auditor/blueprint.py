"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

auditor = Blueprint("auditor", __name__)
