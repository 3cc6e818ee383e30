"""The case and the law: facts, rights, routes, documents, the sealed store and its queues."""
