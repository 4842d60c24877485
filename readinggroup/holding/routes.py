"""Importing this module hangs all views of the room on the blueprint."""

from readinggroup.holding import held_routes, join_routes, question_routes, run_routes
from readinggroup.holding.blueprint import bp

__all__ = ["bp", "held_routes", "join_routes", "question_routes", "run_routes"]
