"""The frame's own pages: language, theme, region shown, start page and the style guide."""
