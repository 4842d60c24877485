"""The blueprint of the pages on which a group's past is brought in."""

from flask import Blueprint

bp = Blueprint("exchange", __name__)
