"""The blueprint of the feeds, which two modules of routes fill."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)
