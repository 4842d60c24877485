"""Importing this module hangs all views of the room on the blueprint."""

from readinggroup.editing import link_routes, recap_routes, version_routes
from readinggroup.editing.blueprint import bp

__all__ = ["bp", "link_routes", "recap_routes", "version_routes"]
