"""The page live: the specs of a folder on a server of this machine alone, and what is typed judged at once."""
