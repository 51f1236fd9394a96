"""The WSGI entry: granian or gunicorn load `wsgi:app`."""

import gc

from gallery.app import create_app

app = create_app()
# What start-up made stays until the end. Unless it is told, the collector goes through all of it in every full round:
# 120 ms instead of 20, for which every fortieth search waits.
gc.collect()
gc.freeze()
