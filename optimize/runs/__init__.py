"""Many runs of one year, in one process or several."""
