"""Pages of results, and their printers: terminal, HTML, PDF, notebook, map."""
