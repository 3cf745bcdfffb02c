"""Printers of blocks: HTML, PDF, notebook, terminal."""
