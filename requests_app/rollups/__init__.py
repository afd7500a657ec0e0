"""The totals of public requests: folded, made anew, and compared with what there is."""
