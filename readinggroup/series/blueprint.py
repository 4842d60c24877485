"""The blueprint that the room's routes share."""

from flask import Blueprint

bp = Blueprint("series", __name__)
