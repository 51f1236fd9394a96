"""The blueprint that the pages of this folder hang on."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as BaseResponse

bp = Blueprint("fulfilment_staff", __name__)

Answer = str | tuple[str, int] | BaseResponse | Response
