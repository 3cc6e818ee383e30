"""Where sealed things are kept: three databases, their tables, their history and the ways in."""
