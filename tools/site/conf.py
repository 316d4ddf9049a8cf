"""The settings of Sphinx. Nothing of the site is loaded from elsewhere."""

project = "cnncalc"
html_title = "cnncalc"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
myst_heading_anchors = 6
html_theme = "furo"
html_favicon = "icon.svg"
html_copy_source = False
html_use_index = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
highlight_language = "none"
nitpicky = True
