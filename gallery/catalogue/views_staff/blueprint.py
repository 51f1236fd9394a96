"""Where the pages of this folder hang."""

from flask import Blueprint

bp = Blueprint("catalogue_staff", __name__)
