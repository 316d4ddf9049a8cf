"""What a picture shows, one per file: the graph, the volumes of its maps, one layer at work."""
