"""The blueprint that all views of the programme hang on."""

from flask import Blueprint

bp = Blueprint("scheduling", __name__)
