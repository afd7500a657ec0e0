"""The city's configuration: outline, zones, places, departments, categories, questions."""
