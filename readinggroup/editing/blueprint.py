"""The room's blueprint, on which its modules hang their views."""

from flask import Blueprint

bp = Blueprint("editing", __name__)
