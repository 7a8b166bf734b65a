"""Work in the background: the queue, its tasks, the way out for letters, and the process that works it off."""
