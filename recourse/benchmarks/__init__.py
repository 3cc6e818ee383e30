"""What `recourse bench` measures, one module a kind of measurement; the budget itself is in `budget`."""
