"""The program: the period compiled to arrays, repeated over the horizon, solved by HiGHS."""
