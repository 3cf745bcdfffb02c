"""How an answer goes out: terminal, HTML, map."""
