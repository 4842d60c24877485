"""The blueprint that all views of a session's day hang on."""

from flask import Blueprint

bp = Blueprint("holding", __name__)
