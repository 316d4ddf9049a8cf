"""Many networks out of one spec: settings, their numbers, and which of them are wanted."""
