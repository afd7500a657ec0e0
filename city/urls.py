from django.urls import path

from city import views

urlpatterns = [
    path("art/<str:size>.svg", views.picture, name="city_art"),
    path("basemap.json", views.basemap, name="basemap"),
    path("colors.css", views.colors, name="city_colors"),
    path("danger.<slug:language>.json", views.danger_words, name="danger_words"),
    path("describe", views.describe, name="describe"),
    path("places", views.places, name="places"),
]
