"""How a case comes in: reading and checking its tables; the bundled case and its scenarios."""
