"""The blueprint that all views of the room hang on."""

from flask import Blueprint

bp = Blueprint("figures", __name__)
