"""The flow map as SVG."""
