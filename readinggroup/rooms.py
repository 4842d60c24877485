"""The rooms of the site, in the order of the loop."""

from readinggroup.groups.routes import bp as groups
from readinggroup.web.health import bp as health

BLUEPRINTS = (health, groups)
