"""The first page of a visitor and of each role."""

from flask import Blueprint

bp = Blueprint("dashboard", __name__)
