"""Public service requests in the format of GeoReport.

rows = load_requests(ServiceRequest.objects.public().filter(…))  # three queries for any number
document = build_listing(rows)
"""

from open311.representation.loading import annotate_originals, find_request, load_requests
from open311.representation.service_requests import agency_responsible, build_fields, build_listing
from open311.representation.states import OPEN, STATUSES
