"""The door: logging in and out, one-time links, choosing a group, log-ins, the password again."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, passwords
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import ANONYMOUS, ROLE_NAMES, Actor, P, current_actor, public, requires
from gallery.core.text import N_, _
from gallery.core.transaction import transaction
from gallery.core.web import row_id, told
from gallery.people import queries, rules, service
from gallery.people.forms import ChangePasswordForm, InvitationForm, LogInForm, PasswordForm, StepUpForm

bp = Blueprint("people_shop", __name__)

_READ = "gallery.logged_in"


class Door(LoginManager):
    """Flask-Login over log-ins that are rows: the browser's session names one, the row says whether it still stands.

    There is no remember cookie to renew: `kept` makes the session itself last. Renewing would read the session on
    every page, and a visitor's page would say Vary: Cookie.
    """

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


class Visitor(UserMixin):
    """A log-in as Flask-Login knows it."""

    def __init__(self, token: str, found: queries.LoggedIn) -> None:
        self.token, self.found = token, found

    def get_id(self) -> str:
        return self.token


door = Door()
door.session_protection = None  # an address or browser that changes ends no log-in; its owner and a manager can


@door.user_loader
def visitor(token: str) -> Visitor | None:
    """Who a session's token stands for, by the rows of now."""
    found = queries.logged_in(token, clock.now())
    return Visitor(token, found) if found else None


def logged_in() -> queries.LoggedIn | None:
    """The log-in of this request, read once a request: a role taken away counts at the next."""
    if _READ not in request.environ:
        g.pop("_login_user", None)  # where an application context outlives a request, the last one's is still there
        # A visitor without a cookie must stay without one, and their page without Vary: Cookie.
        has_cookie = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
        request.environ[_READ] = current_user.found if has_cookie and current_user.is_authenticated else None
    found: queries.LoggedIn | None = request.environ[_READ]
    return found


def actor_of_request() -> Actor:
    """Registered by app.py as core.permissions.current.load."""
    found = logged_in()
    return found.actor if found else ANONYMOUS


def confirmed(*, sending: bool = False) -> bool:
    """Whether the password was typed again in the last minutes (core.permissions.current.confirmed).

    `sending`: for a form on its way, which was shown within them and took its time to be filled in.
    """
    found = logged_in()
    if found is None or found.stepped_up_at is None:
        return False
    return clock.now() - found.stepped_up_at < rules.STEP_UP + (rules.TIME_TO_TYPE if sending else timedelta(0))


@bp.before_app_request
def keep_alive() -> BaseResponse | None:
    """Note a sign of life now and then; who is in several groups chooses one before seeing its pages."""
    if request.endpoint == "core_static.file":
        return None
    found = logged_in()
    if found is None:
        return None
    now = clock.now()
    if now - found.seen_at >= rules.SEEN_EVERY:
        with transaction():
            service.seen(found.session_id, at=now)
    if found.must_choose and request.path.startswith("/kelompok-saya"):
        return redirect(url_for("people_shop.choose_group", next=request.full_path.rstrip("?")))
    return None


def enter(token: str, kept: bool) -> None:
    """Make the browser the one of this log-in."""
    session.clear()
    entering = visitor(token)
    assert entering is not None
    login_user(entering)
    session.permanent = kept
    request.environ.pop(_READ, None)


def local(target: str | None) -> str | None:
    """The address to go on to, if it is one of ours."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    return request.script_root + target


def first_page(actor: Actor, memberships: list[queries.Membership]) -> str:
    """Where somebody begins: staff and producers at their work, shoppers at their account."""
    if actor.may(P.today):
        return url_for("desks_staff.today")
    if actor.group_id is not None:
        return url_for("desks_producer.home")
    if memberships:
        return url_for("people_shop.choose_group")
    return url_for("desks_shop.account")


def device() -> str:
    """What the browser calls itself, in short."""
    return rules.device(request.user_agent.string)


def address() -> str:
    """Where the request comes from (behind proxies of ours: what they say, TRUSTED_PROXIES)."""
    return request.remote_addr or ""


@bp.route("/masuk", methods=["GET", "POST"])
@public
def log_in() -> Any:
    """One door for shoppers, groups and staff."""
    form = LogInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        found = logged_in()
        if found is not None:
            return redirect(local(form.next.data) or first_page(found.actor, found.memberships))
        return _door(form)
    try:
        _come_in(form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _door(form), refusal.status
    entered: queries.LoggedIn = current_user.found
    actor, memberships = entered.actor, entered.memberships
    if actor.group_id is None and len(memberships) > 1 and not actor.staff:
        return redirect(url_for("people_shop.choose_group", next=form.next.data or None))
    return redirect(local(form.next.data) or first_page(actor, memberships))


def _door(form: LogInForm) -> Response:
    page = current_app.make_response(render_template("people/shop/log_in.html", form=form))
    page.headers["Cache-Control"] = "no-store"
    return page


def _come_in(form: LogInForm) -> None:
    now = clock.now()
    who = rules.login_name((form.who.data or "").strip(), "who")
    with transaction():
        service.attempt(who, address(), at=now)
    password = form.password.data or ""
    person = service.recognise(who, password)
    if person is None:
        raise Refusal(N_("Nomor dan kata sandi ini tidak cocok. Periksa keduanya, lalu coba lagi."), field="password")
    kept = bool(form.kept.data)
    new_hash = passwords.keep(password) if person.password_hash and passwords.weak(person.password_hash) else None
    with transaction():
        token = service.log_in(
            person.id, device=device(), kept=kept, login_name=who, address=address(), new_hash=new_hash, at=now
        )
    enter(token, kept)


@bp.post("/keluar")
@public
def log_out() -> BaseResponse:
    """End this log-in."""
    found = logged_in()
    if found is not None:
        with transaction():
            service.end_session(found.session_id, by=found.actor, at=clock.now())
    logout_user()
    session.clear()
    return redirect(url_for("people_shop.log_in"))


@bp.route("/undangan/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Any:
    """A one-time link: set a password and be in. Looking at it uses nothing up, so a preview does no harm."""
    found = queries.link(token)
    if found is None:
        raise NotFound
    link, person = found
    now = clock.now()
    first = link.purpose == "invitation"
    form = InvitationForm() if first else PasswordForm()
    try:
        service.check_link(link, now)
    except Refusal as refusal:
        return private(render_template("people/shop/dead_link.html", sentence=_(refusal.sentence)), 410)
    if request.method == "POST":
        try:
            new_hash = new_password(form, person.name, person.phone, person.email)
            with transaction():
                person = service.accept_invitation(token, new_hash, at=now)
                kept = service.log_in(person.id, device=device(), at=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            enter(kept, False)
            actor, memberships = queries.actor(person.id), queries.wiring.groups_of(person.id)
            return redirect(first_page(actor, memberships))
    memberships = queries.wiring.groups_of(person.id)
    page = render_template(
        "people/shop/invitation.html",
        form=form,
        first=first,
        name=person.name,
        login_name=rules.masked_phone(person.phone) if person.phone else person.email,
        until=link.expires_at,
        roles=[_(ROLE_NAMES[r]) for r in sorted(queries.roles_of(person.id))],
        memberships=[(ROLE_NAMES[m.role], m.name) for m in memberships],
    )
    return private(page, form.status)


def private(page: str, status: int = 200) -> tuple[str, int, dict[str, str]]:
    """A page that nobody else may be shown from a cache."""
    return page, status, {"Cache-Control": "no-store"}


def new_password(form: PasswordForm, *own: str | None) -> str:
    """The digest of the password typed twice. Raises Refusal."""
    password = form.password.data or ""
    rules.check_password(password, *own)
    if form.again.data != password:
        raise Refusal(N_("Kedua kata sandi belum sama."), field="again")
    if isinstance(form, InvitationForm) and not form.read.data:
        raise Refusal(N_("Beri tanda bahwa Anda sudah membacanya."), field="read")
    return passwords.keep(password)


@bp.route("/pilih-kelompok", methods=["GET", "POST"])
@requires(P.own_account)
def choose_group() -> Any:
    """Who belongs to several groups acts for one of them at a time."""
    found = logged_in()
    if found is None or not found.memberships:
        raise NotFound
    if request.method == "POST":
        group_id = row_id("group_id")
        with transaction():
            service.choose_group(found.session_id, group_id, by=found.actor)
        return redirect(local(request.form.get("next")) or url_for("desks_producer.home"))
    return render_template(
        "people/shop/choose_group.html",
        memberships=[(m.group_id, m.name, ROLE_NAMES[m.role]) for m in found.memberships],
        chosen=found.actor.group_id,
        next=request.args.get("next", ""),
    )


@bp.get("/akun/sesi")
@requires(P.own_account)
def sessions() -> str:
    """Where I am logged in."""
    found = logged_in()
    assert found is not None and found.actor.person_id is not None
    return render_template(
        "people/shop/sessions.html",
        sessions=queries.sessions_of(found.actor.person_id, clock.now()),
        here=found.session_id,
        memberships=found.memberships,
        home=first_page(found.actor, found.memberships),
    )


@bp.post("/akun/sesi/<int:session_id>/pengakhiran")
@requires(P.own_account)
def end_session(session_id: int) -> BaseResponse:
    """End one of my log-ins."""
    found = logged_in()
    with transaction():
        service.end_session(session_id, by=current_actor(), at=clock.now())
    if found is not None and found.session_id == session_id:
        logout_user()
        session.clear()
        return redirect(url_for("people_shop.log_in"))
    told(_("Alat itu sudah dikeluarkan."))
    return redirect(url_for("people_shop.sessions"))


@bp.post("/akun/sesi/lainnya/pengakhiran")
@requires(P.own_account)
def end_others() -> BaseResponse:
    """End all my log-ins but this one."""
    found = logged_in()
    assert found is not None and found.actor.person_id is not None
    with transaction():
        service.end_others(found.actor.person_id, but=found.session_id, by=found.actor, at=clock.now())
    told(_("Semua alat lain sudah dikeluarkan."))
    return redirect(url_for("people_shop.sessions"))


def shown_again(password: str, field: str) -> None:
    """Whether it is the own password; tries are counted as at the door. Raises Refusal."""
    person_id = current_actor().person_id
    now = clock.now()
    with transaction():
        service.attempt(f"person:{person_id}", address(), at=now)
    kept = queries.person(person_id).password_hash if person_id is not None else None
    if not passwords.matches(kept, password):
        raise Refusal(N_("Kata sandi ini tidak cocok."), field=field)


@bp.route("/akun/kata-sandi", methods=["GET", "POST"])
@requires(P.own_account)
def password() -> Any:
    """A new password."""
    found = logged_in()
    assert found is not None and found.actor.person_id is not None
    form = ChangePasswordForm()
    if request.method == "POST":
        try:
            shown_again(form.old.data or "", "old")
            person = queries.person(found.actor.person_id)
            new_hash = new_password(form, person.name, person.phone, person.email)
            with transaction():
                service.change_password(
                    person.id, new_hash, keep_session=found.session_id, by=found.actor, at=clock.now()
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            told(_("Kata sandi diganti. Alat lain sudah dikeluarkan."))
            return redirect(url_for("people_shop.sessions"))
    return render_template("people/shop/password.html", form=form), form.status


@bp.route("/konfirmasi", methods=["GET", "POST"])
@requires(P.own_account)
def step_up() -> Any:
    """The password again, before bank accounts, payouts and roles."""
    found = logged_in()
    assert found is not None
    form = StepUpForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return render_template("people/shop/step_up.html", form=form)
    try:
        shown_again(form.password.data or "", "password")
    except Refusal as refusal:
        form.refuse(refusal)
        return render_template("people/shop/step_up.html", form=form), refusal.status
    with transaction():
        service.step_up(found.session_id, by=found.actor, address=address(), at=clock.now())
    return redirect(local(form.next.data) or first_page(found.actor, found.memberships))
