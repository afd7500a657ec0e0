from django.urls import path

from city import views

urlpatterns = [
    path("art/<str:size>.svg", views.headline_picture, name="city_art"),
    path("basemap.json", views.basemap, name="basemap"),
    path("colors.css", views.colors, name="city_colors"),
    path("danger.<slug:language>.json", views.danger_words, name="danger_words"),
    path("describe", views.point_description, name="describe"),
    path("places", views.places, name="places"),
]
