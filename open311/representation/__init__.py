"""Service requests as GeoReport tells them: what everybody may read, and nothing else.

rows = load_requests(ServiceRequest.objects.public().filter(…))   # three statements, however many
document = build_listing(rows)
"""

from open311.representation.loading import annotate_originals, find_request, load_requests
from open311.representation.service_requests import agency_responsible, build_fields, build_listing
from open311.representation.states import OPEN, STATUSES
