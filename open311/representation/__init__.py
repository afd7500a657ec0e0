"""Service requests as GeoReport tells them: what everybody may read, and nothing else.

rows = rows_of(ServiceRequest.objects.public().filter(…))   # three statements, however many
document = listing(rows)
"""

from open311.representation.loading import row_of, rows_of, with_originals
from open311.representation.service_requests import agency_responsible, fields_of, listing
from open311.representation.states import OPEN, STATUSES
