"""People's pages for everybody: the door, becoming somebody with an account, the own data.

entering       log in and out, one-time links, log-ins, the password again
registering    an account asked for, proven, a password forgotten
own            the own name, phone, e-mail and addresses
"""

from gallery.people.views_shop import own, registering
from gallery.people.views_shop.entering import actor_of_request, bp, confirmed, door, logged_in

__all__ = ["actor_of_request", "bp", "confirmed", "door", "logged_in", "own", "registering"]
