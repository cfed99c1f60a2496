"""The blueprint of the pages about visits."""

from flask import Blueprint

bp = Blueprint("visits", __name__)
