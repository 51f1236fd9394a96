"""An account asked for and proven; a forgotten password. No answer here tells whether somebody has an account."""

from typing import Any
from urllib.parse import quote

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from gallery.core import clock, passwords, settings
from gallery.core.errors import NotFound, Refusal
from gallery.core.permissions import public
from gallery.core.text import N_, _, language
from gallery.core.transaction import transaction
from gallery.core.web import told
from gallery.people import queries, rules, service
from gallery.people.forms import ForgottenForm, ProofForm, RegistrationForm
from gallery.people.models import ContactClaim
from gallery.people.queries import accounts
from gallery.people.views_shop.entering import address, bp, device, enter, first_page, logged_in, new_password, private


@bp.route("/daftar", methods=["GET", "POST"])
@public
def register() -> Any:
    """Ask for an account."""
    form = RegistrationForm()
    if request.method == "GET":
        if logged_in() is not None:
            return redirect(url_for("desks_shop.account"))
        return private(render_template("people/shop/register.html", form=form))
    wanted = _asked_for(form)
    if wanted is None:
        return private(render_template("people/shop/register.html", form=form), 400)
    name, phone, email = wanted
    now = clock.now()
    try:
        with transaction():
            for contact in filter(None, (phone, email)):
                service.count_try("register", address(), contact, at=now)
        password_hash = new_password(form, name, phone, email)
        with transaction():
            token, _row = service.register(
                name, phone=phone, email=email, lang=language(), password_hash=password_hash, at=now
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return private(render_template("people/shop/register.html", form=form), refusal.status)
    return redirect(url_for("people_shop.registered", token=token), 303)


def _asked_for(form: RegistrationForm) -> tuple[str, str, str] | None:
    """Name, phone and address as they are kept; None when something is missing, told beside its field."""
    found: dict[str, str] = {}
    given = {f: (form[f].data or "").strip() for f in ("name", "phone", "email")}
    checks = {"name": rules.name, "phone": rules.phone, "email": rules.email}
    for field, check in checks.items():
        try:
            found[field] = check(given[field]) if given[field] or field == "name" else ""
        except Refusal as refusal:
            form.refuse(refusal)
    if not given["phone"] and not given["email"]:
        form.refuse(Refusal(N_("Isi e-mail atau nomor HP, salah satu cukup."), field="email"))
    try:
        rules.check_password(form.password.data or "", *given.values())
        if form.again.data != form.password.data:
            raise Refusal(N_("Kedua kata sandi belum sama."), field="again")
    except Refusal as refusal:
        form.refuse(refusal)
    if not form.read.data:
        form.refuse(Refusal(N_("Beri tanda bahwa Anda setuju, bila Anda mau membuat akun."), field="read"))
    if form.errors or form.form_errors:
        return None
    return found["name"], found["phone"], found["email"]


def code_text(code: str) -> str:
    """What a phone sends to the gallery to prove itself."""
    return _("Kode akun Gallery Souvenir saya: %(code)s", code=code)


def code_link(code: str) -> str:
    """WhatsApp with that text in it; '' when the gallery has no number."""
    number = settings.value(settings.WHATSAPP).replace("+", "")
    return f"https://wa.me/{number}?text={quote(code_text(code))}" if number else ""


@bp.get("/daftar/<token>")
@public
def registered(token: str) -> Any:
    """What is still to be done for an account; the same for an address that has one already."""
    found = accounts.registration(token)
    if found is None:
        raise NotFound
    row, claims = found
    return private(
        render_template(
            "people/shop/registered.html",
            token=token,
            name=row.name,
            ready=row.person_id is not None or any(c.proven_at for c in claims),
            address=next((c.value for c in claims if c.kind == "email"), ""),
            phone=next((c for c in claims if c.kind == "phone"), None),
            code_link=code_link,
            until=row.created_at + rules.CLAIM,
        )
    )


@bp.post("/daftar/<token>/kirim-ulang")
@public
def mail_again(token: str) -> BaseResponse:
    """The mail once more."""
    found = accounts.registration(token)
    if found is None:
        raise NotFound
    claim_id, value = next(((c.id, c.value) for c in found[1] if c.kind == "email"), (0, ""))
    if claim_id:
        now = clock.now()
        with transaction():
            service.count_try("register", address(), value, at=now)
        with transaction():
            service.mail_again(claim_id, at=now)
        told(_("Kami kirim lagi. Tautan yang lama tidak berlaku bila yang baru sampai."))
    return redirect(url_for("people_shop.registered", token=token), 303)


def _claim(token: str) -> tuple[ContactClaim, str | None, str]:
    found = accounts.claim_of_link(token)
    if found is None:
        raise NotFound
    return found


@bp.route("/bukti/<token>", methods=["GET", "POST"])
@public
def proof(token: str) -> Any:
    """The mailed link. With it goes the password: who only got the mail attaches their address to nobody's account."""
    claim, password_hash, name = _claim(token)
    now = clock.now()
    form = ProofForm()
    try:
        service.check_claim(claim, now)
    except Refusal as refusal:
        sentence = _(refusal.sentence)
        if claim.proven_at is not None:
            told(sentence)
            return redirect(url_for("people_shop.log_in"))
        return private(render_template("people/shop/dead_link.html", sentence=sentence), 410)
    if request.method == "POST":
        claim_id = claim.id
        try:
            with transaction():
                service.attempt(f"claim:{claim_id}", address(), at=now)
            if not passwords.matches(password_hash, form.password.data or ""):
                raise Refusal(N_("Kata sandi ini tidak cocok."), field="password")
            with transaction():
                person = service.prove(claim_id, "mail", at=now)
                entered = service.log_in(person.id, device=device(), at=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            enter(entered, False)
            told(_("Alamat e-mail Anda sudah dibuktikan."))
            return redirect(first_page(queries.actor(person.id), queries.wiring.groups_of(person.id)), 303)
    page = render_template("people/shop/proof.html", form=form, token=token, name=name, address=claim.value)
    return private(page, form.status)


@bp.post("/bukti/<token>/penolakan")
@public
def disown(token: str) -> BaseResponse:
    """Whoever got the mail did not ask for it."""
    claim, _hash, _name = _claim(token)
    claim_id = claim.id
    with transaction():
        service.disown(claim_id, at=clock.now())
    told(_("Terima kasih. Alamat ini tidak dipakai, dan isian pendaftarannya dihapus."))
    return redirect(url_for("people_shop.log_in"), 303)


@bp.route("/lupa-kata-sandi", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """A link to a new password goes to the proven address of whoever it is; everybody hears the same."""
    form = ForgottenForm()
    sent = False
    status = 200
    if request.method == "POST":
        now = clock.now()
        try:
            who = rules.login_name((form.who.data or "").strip(), "who")
            with transaction():
                service.count_try("reset", address(), who, at=now)
            with transaction():
                service.ask_reset(who, at=now)
            sent = True
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return private(render_template("people/shop/forgotten.html", form=form, sent=sent), status)
