"""The corridor as data: the tables of a case and their schemas, its graph, changes to it, and the answer."""
