"""The blueprint that the room's routes share."""

from flask import Blueprint

bp = Blueprint("archive", __name__)
