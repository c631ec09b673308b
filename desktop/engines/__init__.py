"""All that is heavy, run in child processes."""
