"""What a corridor can carry: one period in Pyomo, compiled to arrays, solved by HiGHS; one file a study."""
