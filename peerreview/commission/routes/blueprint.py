"""The blueprint that all pages of the commission hang on."""

from flask import Blueprint

bp = Blueprint("commission", __name__)
