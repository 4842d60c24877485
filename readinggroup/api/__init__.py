"""What programs read as JSON, and the tokens by which they read as a member (docs/api.md)."""
