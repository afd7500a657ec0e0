"""Measure the cost of a city's day: `./run bench --day`."""
