"""Rounds as folders of files: reading with every problem explained, and writing that never leaves half a result."""
