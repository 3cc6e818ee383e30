"""`recourse eval`: how well the shipped pipeline understands, on our own sets and on public ones."""
