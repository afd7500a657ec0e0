"""What other systems address: GeoReport v2 and the open data."""

urlpatterns = []
