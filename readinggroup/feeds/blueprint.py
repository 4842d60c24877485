"""The blueprint of the feeds, which three modules of routes fill."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)
