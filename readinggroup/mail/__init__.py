"""Mail as people see it: what they get and may stop, and what the site has sent."""
