"""The public requests of all time as files: GeoReport bulk CSV and GeoJSON."""
