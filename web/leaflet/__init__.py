"""The printed leaflet of a jail."""
