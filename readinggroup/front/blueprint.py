"""The blueprint that all views of the site as a whole hang on."""

from flask import Blueprint

bp = Blueprint("front", __name__)
