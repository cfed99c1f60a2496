"""The blueprint of this feature, on which each file of pages registers."""

from flask import Blueprint

bp = Blueprint("impartiality", __name__)
