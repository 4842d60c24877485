"""The blueprint that all views of groups hang on."""

from flask import Blueprint

bp = Blueprint("groups", __name__)
