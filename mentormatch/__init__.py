"""MentorMatch: mentorship rounds with a proof that no better one exists."""

__version__ = "0.1.0"
