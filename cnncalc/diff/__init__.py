"""Two versions of networks, compared: what was added, removed, renamed, changed, and what follows."""
