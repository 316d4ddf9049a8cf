"""How Darknet says a network: sections of a cfg file."""
