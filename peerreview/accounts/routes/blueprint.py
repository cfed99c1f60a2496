"""The one blueprint of this feature; its views stand beside it, split by noun."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
