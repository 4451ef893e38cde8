"""One module a part; each has `measure(quick)`, which returns its figures."""
