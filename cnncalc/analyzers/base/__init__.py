"""What the analyzers share: a table of a network, an analyzer by its name, its keywords."""
