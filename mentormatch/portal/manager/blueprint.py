"""The blueprint to which this audience's pages are bound."""

from flask import Blueprint

manager = Blueprint("manager", __name__)
