"""What importers share: the file that they are given, and the description that they yield."""
