"""The studies, one file each, over a year that can be asked."""
