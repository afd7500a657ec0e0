"""What strangers send: files, names, headers, addresses, and the answer that each gets."""
