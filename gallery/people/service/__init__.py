"""People's verbs: who they are, how they come in, what they keep with us, and how they leave.

    persons       add_person, known, known_or_new, change_person, free_contact; give_role, take_role
    links         invite, check_link, accept_invitation; change_password
    door          attempt, count_try, recognise, log_in
    sessions      seen, choose_group, step_up, end_session, end_others
    registering   register, prove, disown, mail_again, mailed_token; ask_contact, change_details, ask_reset
    addresses     keep_address, make_main, drop_address
    leaving       check_leaving, close_account, forget_old

A person's phone and address are names to log in with: unique. Those of shoppers are proven before they are kept here.
"""

from gallery.people.service.addresses import drop_address, keep_address, make_main
from gallery.people.service.consenting import consent
from gallery.people.service.door import attempt, count_try, log_in, recognise
from gallery.people.service.leaving import check_leaving, close_account, forget_old
from gallery.people.service.links import accept_invitation, change_password, check_link, invite
from gallery.people.service.persons import (
    add_person,
    change_person,
    free_contact,
    give_role,
    known,
    known_or_new,
    take_role,
)
from gallery.people.service.registering import (
    ask_contact,
    ask_reset,
    change_details,
    check_claim,
    claim,
    disown,
    mail_again,
    mailed_token,
    prove,
    register,
)
from gallery.people.service.sessions import choose_group, end_others, end_session, seen, step_up

__all__ = [
    "accept_invitation",
    "add_person",
    "ask_contact",
    "ask_reset",
    "attempt",
    "change_details",
    "change_password",
    "change_person",
    "check_claim",
    "check_leaving",
    "check_link",
    "choose_group",
    "claim",
    "close_account",
    "consent",
    "count_try",
    "disown",
    "drop_address",
    "end_others",
    "end_session",
    "forget_old",
    "free_contact",
    "give_role",
    "invite",
    "keep_address",
    "known",
    "known_or_new",
    "log_in",
    "mail_again",
    "mailed_token",
    "make_main",
    "prove",
    "recognise",
    "register",
    "seen",
    "step_up",
    "take_role",
]
