"""From a network to code: its blocks as classes, and the numbers in them as what they depend on."""
