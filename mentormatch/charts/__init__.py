"""Figures from plain data: Altair specifications, drawn as SVG on the server. Needs the extra ``report``."""
