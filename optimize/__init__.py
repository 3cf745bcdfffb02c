"""The capacity of a corridor: one period in Pyomo, compiled to arrays, solved by HiGHS; one file a study."""
