"""The blueprint of voting; every module of routes hangs its views on it."""

from flask import Blueprint

bp = Blueprint("voting", __name__)
ROUND = "/<group_slug>/rounds/<int:round_id>"
"""Where a round's pages begin."""
