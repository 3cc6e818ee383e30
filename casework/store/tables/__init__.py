"""The tables of the three databases."""
