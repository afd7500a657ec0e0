"""What the people who run a city's 311 see of it: lines of log, figures, reports of errors."""
