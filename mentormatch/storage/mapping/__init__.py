"""Rows into words and back, one module for each subject."""
