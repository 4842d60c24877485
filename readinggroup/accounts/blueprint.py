"""The blueprint of one's own account, which several modules of routes fill."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
