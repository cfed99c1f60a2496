"""The one blueprint of the marketplace."""

from flask import Blueprint

bp = Blueprint("marketplace", __name__)
