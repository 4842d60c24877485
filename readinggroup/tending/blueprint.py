"""The blueprint that all views of the room hang on."""

from flask import Blueprint

bp = Blueprint("tending", __name__)
