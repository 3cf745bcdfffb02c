"""Pages of studies: one file a study makes the blocks that terminal, HTML, PDF and notebook print."""
