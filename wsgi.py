"""The WSGI entry: granian or gunicorn load `wsgi:app`."""

from gallery.app import create_app

app = create_app()
