"""Command line, settings and composition root: the only place that constructs things."""
