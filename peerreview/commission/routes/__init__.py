"""The pages of the commission and its secretariat."""

from peerreview.commission.routes import checking, decisions, dossiers, letters, meetings, questions, voting
from peerreview.commission.routes.blueprint import bp

__all__ = ["bp", "checking", "decisions", "dossiers", "letters", "meetings", "questions", "voting"]
