"""Start-up: the address map, what is joined from above, and the refusals to start."""

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config
import gallery.tables
from gallery.catalogue import jobs as catalogue_jobs
from gallery.catalogue import service as catalogue
from gallery.catalogue import views_producer as catalogue_producer
from gallery.catalogue import views_staff as catalogue_staff
from gallery.checkout import jobs as checkout_jobs
from gallery.checkout import views_shop as checkout_shop
from gallery.checkout import views_staff as checkout_staff
from gallery.checkout.queries import invoice as invoices
from gallery.consignment import jobs as consignment_jobs
from gallery.consignment import views_producer as consignment_producer
from gallery.consignment import views_staff as consignment_staff
from gallery.consignment.queries import papers as consignment_papers
from gallery.core import (
    assets,
    clock,
    codes,
    documents,
    formats,
    media,
    numbers,
    outbox,
    pages,
    permissions,
    text,
    transaction,
    web,
)
from gallery.core.db import db, engine_options, prepare
from gallery.core.jobs import FORGET_EFFECTS, JOBS, Job
from gallery.core.request import Request
from gallery.desks import jobs as desks_jobs
from gallery.desks import views_producer as desks_producer
from gallery.desks import views_shop as desks_shop
from gallery.desks import views_staff as desks_staff
from gallery.fulfilment import views_producer as fulfilment_producer
from gallery.fulfilment import views_shop as fulfilment_shop
from gallery.fulfilment import views_staff as fulfilment_staff
from gallery.fulfilment.queries import history
from gallery.imports import jobs as imports_jobs
from gallery.imports import views_staff as imports_staff
from gallery.ledger import service as ledger
from gallery.people import jobs as people_jobs
from gallery.people import queries as people
from gallery.people import views_shop as people_shop
from gallery.people import views_staff as people_staff
from gallery.producers import jobs as producers_jobs
from gallery.producers import queries as producers
from gallery.producers import views_producer as producers_producer
from gallery.producers import views_staff as producers_staff
from gallery.production import jobs as production_jobs
from gallery.production import views_producer as production_producer
from gallery.production import views_staff as production_staff
from gallery.production.queries import history as production_history
from gallery.promotions import views_producer as promotions_producer
from gallery.promotions import views_staff as promotions_staff
from gallery.reconciliation import jobs as reconciliation_jobs
from gallery.reconciliation import webhook as reconciliation_webhook
from gallery.reviews import views_producer as reviews_producer
from gallery.reviews import views_shop as reviews_shop
from gallery.reviews import views_staff as reviews_staff
from gallery.search import jobs as search_jobs
from gallery.search import service as search
from gallery.search import views_staff as search_staff
from gallery.settlement import views_producer as settlement_producer
from gallery.settlement import views_staff as settlement_staff
from gallery.settlement.queries import papers as settlement_papers
from gallery.shipping import views_staff as shipping_staff
from gallery.showcase import views_staff as showcase_staff
from gallery.signposts import jobs as signposts_jobs
from gallery.signposts import views_shop as signposts_shop
from gallery.stock import queries as stock
from gallery.stock import views_staff as stock_staff
from gallery.storefront import views_shop as storefront_shop
from gallery.storefront import views_staff as storefront_staff
from gallery.till import queries as till
from gallery.till import views_staff as till_staff
from gallery.wishes import jobs as wishes_jobs
from gallery.wishes import views_shop as wishes_shop
from gallery.wishes import views_staff as wishes_staff

log = logging.getLogger(__name__)

BLUEPRINTS: list[tuple[str, object]] = [
    # prefix, blueprint: the whole address map
    ("", assets.bp),
    ("", media.bp),
    ("", documents.bp),
    ("", people_shop.bp),
    ("", storefront_shop.bp),
    ("", checkout_shop.bp),
    ("", fulfilment_shop.bp),
    ("", reviews_shop.bp),
    ("", signposts_shop.bp),
    ("", desks_shop.bp),
    ("", wishes_shop.bp),
    ("", reconciliation_webhook.bp),
    ("/kelompok-saya", desks_producer.bp),
    ("/kelompok-saya", catalogue_producer.bp),
    ("/kelompok-saya", producers_producer.bp),
    ("/kelompok-saya", consignment_producer.bp),
    ("/kelompok-saya", production_producer.bp),
    ("/kelompok-saya", settlement_producer.bp),
    ("/kelompok-saya", promotions_producer.bp),
    ("/kelompok-saya", fulfilment_producer.bp),
    ("/kelompok-saya", reviews_producer.bp),
    ("/staff", desks_staff.bp),
    ("/staff", catalogue_staff.bp),
    ("/staff", consignment_staff.bp),
    ("/staff", reviews_staff.bp),
    ("/staff", shipping_staff.bp),
    ("/staff", stock_staff.bp),
    ("/staff", fulfilment_staff.bp),
    ("/staff", checkout_staff.bp),
    ("/staff", production_staff.bp),
    ("/staff", till_staff.bp),
    ("/staff", people_staff.bp),
    ("/staff", promotions_staff.bp),
    ("/staff", producers_staff.bp),
    ("/staff", imports_staff.bp),
    ("/staff", settlement_staff.bp),
    ("/staff", search_staff.bp),
    ("/staff", showcase_staff.bp),
    ("/staff", storefront_staff.bp),
    ("/staff", wishes_staff.bp),
]

OUTBOX: dict[str, object] = {
    **media.OUTBOX,
    **catalogue_jobs.OUTBOX,
    **checkout_jobs.OUTBOX,
    **imports_jobs.OUTBOX,
    **people_jobs.OUTBOX,
    **producers_jobs.OUTBOX,
    **production_jobs.OUTBOX,
    **reconciliation_jobs.OUTBOX,
    **wishes_jobs.OUTBOX,
}
"""What does each kind of effect after the commit."""

ALL_JOBS: list[Job] = [
    *catalogue_jobs.JOBS,
    consignment_jobs.SETTLE_STATES,
    *checkout_jobs.JOBS,
    *imports_jobs.JOBS,
    desks_jobs.FORGET_SHOPPERS,
    people_jobs.FORGET_OLD,
    FORGET_EFFECTS,
    *production_jobs.JOBS,
    *reconciliation_jobs.JOBS,
    *signposts_jobs.JOBS,
    search_jobs.COUNT_SALES,
    *wishes_jobs.JOBS,
]
"""What the gallery does by itself."""

PAPERS = {
    "BT": consignment_papers.facts_of,
    "INV": invoices.facts_of,
    "ST": settlement_papers.facts_of,
    "TR": till.facts_of,
}
"""Who answers for the numbers of a series on the page that a paper's code leads to."""


@dataclass
class Gallery:
    """What the app keeps beside Flask's own configuration."""

    settings: config.Settings


def create_app(settings: config.Settings | None = None) -> Flask:
    """The whole shop. Raises BadSetting or RuntimeError when it would not be safe to start."""
    settings = settings or config.read()
    app = Flask("gallery", root_path=str(config.ROOT), static_folder=None, template_folder="templates")
    app.request_class = Request
    app.extensions["gallery"] = Gallery(settings)
    https = settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.env == "test",
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="__Host-gallery" if https else "gallery",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 30,
        MAX_CONTENT_LENGTH=128 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.now:
        clock.clock.fix(settings.now)
    if settings.sqlite:
        database = sa.make_url(settings.database_url).database
        if database and database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    text.register(app)
    formats.register(app)
    web.register(app)
    codes.register(app)
    media.register(app)
    people.wiring.groups_of = producers.groups_of
    people.wiring.groups_in_words = producers.groups_in_words
    app.context_processor(producers_producer.own_group)
    people_shop.door.init_app(app, add_context_processor=False)
    permissions.current.load = people_shop.actor_of_request
    permissions.current.confirmed = people_shop.confirmed
    catalogue.above.highest_net = stock.highest_net
    pages.UNSEEN.update(gallery.tables.UNSEEN)
    transaction.LAST[:] = [search.follow, pages.bump, numbers.give, ledger.seal]
    outbox.HANDLERS.update(OUTBOX)  # type: ignore[arg-type]
    JOBS[:] = ALL_JOBS
    documents.PAPERS.update(PAPERS)
    history.BESIDE[:] = [production_history.events]
    for prefix, blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=prefix or None)  # type: ignore[arg-type]
    permissions.check_routes(app)
    with app.app_context():
        pages.register(app)
    if settings.trusted_proxies:
        # Only as many entries as there are proxies of ours: the rest of X-Forwarded-For is what a visitor typed. The
        # host is never taken from a header: links in mails come from BASE_URL.
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


def check_database(app: Flask) -> None:
    """Refuse to serve on a database that is not migrated or not guarded; only warn in development."""
    with app.app_context(), db.engine.connect() as connection:
        troubles = list(_troubles(connection))
    if not troubles:
        return
    if app.extensions["gallery"].settings.production:
        raise SystemExit("; ".join(troubles))
    for trouble in troubles:
        warnings.warn(trouble, stacklevel=2)


def _troubles(connection: sa.Connection) -> list[str]:
    found = []
    if connection.dialect.name == "sqlite":
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        number = tuple(int(n) for n in version.split("."))
        if (3, 7, 0) <= number <= (3, 51, 2):
            found.append(f"SQLite {version} can corrupt a WAL; install pysqlite3 (3.51.3 or newer)")
        for pragma, wanted in (("foreign_keys", 1), ("recursive_triggers", 1), ("synchronous", 2)):
            if connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() != wanted:
                found.append(f"PRAGMA {pragma} is not {wanted}")
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())
        wanted_names = {f"{t}_no_{v}" for t in gallery.tables.APPEND_ONLY for v in ("update", "delete")}
    else:
        names = set(connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal").scalars())
        wanted_names = {f"{t}_{g}" for t in gallery.tables.APPEND_ONLY for g in ("guard", "guard_all")}
    if wanted_names - names:
        found.append(f"guards are missing: {', '.join(sorted(wanted_names - names))}; run `gallery db upgrade`")
    return found
