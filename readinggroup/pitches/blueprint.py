"""The blueprint of pitches; every module of routes hangs its views on it."""

from flask import Blueprint

bp = Blueprint("pitches", __name__)
PITCH = "/<group_slug>/pitches/<int:pitch_id>"
"""Where a pitch's pages begin."""
