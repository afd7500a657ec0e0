"""What the city is: outline, zones, places, departments, categories with questions, calendar."""
