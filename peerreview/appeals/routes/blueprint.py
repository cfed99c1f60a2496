"""The blueprint that all pages of appeals and complaints hang on."""

from flask import Blueprint

bp = Blueprint("appeals", __name__)
