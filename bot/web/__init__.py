"""The public web side: turn API, receipt pages, the widget's files. Sees only the client's own token."""
