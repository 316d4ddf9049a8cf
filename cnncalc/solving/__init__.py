"""Questions backwards: from what should come out to the settings that give it."""
