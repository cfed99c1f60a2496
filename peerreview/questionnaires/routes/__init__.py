"""Questionnaires over HTTP: the host's pages and, by link, the page of whoever answers."""

from typing import Any

from flask import Flask

from peerreview.core.access import the_actor
from peerreview.questionnaires import queries, words
from peerreview.questionnaires.routes import answers, lists, sheets
from peerreview.questionnaires.routes.blueprint import bp
from peerreview.trajectories.models import Trajectory

__all__ = ["answers", "bp", "init_app", "lists", "sheets"]


def init_app(app: Flask) -> None:
    """`questionnaires/_norm.html` stands on the pages of earlier and later features, and asks for itself what it shows."""
    app.jinja_env.globals["said_about_norm"] = _said_about_norm
    app.jinja_env.globals["questionnaire_words"] = words


def _said_about_norm(trajectory: Trajectory, norm_id: int) -> list[Any]:
    return queries.said_to(the_actor(), trajectory, norm_id)
