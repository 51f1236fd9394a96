"""What leads people here and home again: maps of the site, feeds, pictures to share, the app on a phone."""
