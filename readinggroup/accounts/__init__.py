"""Accounts: who people are, and how they sign in."""
