"""What the figures in the README and docs come from: `python -m bench.<name>` prints them."""
