"""Files that people take along."""

from collections.abc import Iterable

from flask import Response


def hand_out(content: str | bytes | Iterable[bytes], name: str, mimetype: str) -> Response:
    """Return an answer that browsers keep as a file; ``name`` is ours, never one that somebody typed."""
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=named)
