"""One page that shows everything of a network: its data by panel, and the page around them."""
