"""The city's configuration: outline, zones, places, departments, categories with questions,
calendar.
"""
