"""Histories that other tools kept: files are read into rows, and rows are understood as sessions."""
