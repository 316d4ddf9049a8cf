"""The specs that come with cnncalc, held to their sources."""
