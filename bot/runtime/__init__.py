"""Rasa as a library: no server, no TensorFlow, no stock channel, no plain tracker store."""
