"""
What leaves the house, and how: letters that were approved, and notices that there is news.

`notices` only seals, and is all that intake knows of it; `approving`, `opening` and `delivering` belong to
the desk and its worker. Nothing is imported here, so that knowing one is not knowing the others.
"""
