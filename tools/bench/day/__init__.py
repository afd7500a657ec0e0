"""What a day of a city costs: `./run bench --day`."""
