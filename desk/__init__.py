"""The desk: staff accounts, the work queues, opened cases, and the worker that keeps the clocks."""
