"""A sentence in the language of the address, or of the paper being written."""

from markupsafe import Markup

from gallery.core.text import N_, _, language, speaking, translate


def test_it_works():
    assert translate("id", "Masuk") == "Masuk"
    assert translate("en", "Masuk") == "Log in"


def test_the_address_decides(app):
    with app.test_request_context("/produk"):
        assert language() == "id"
        assert _("Siap di galeri, sisa %(n)s", n=3) == "Siap di galeri, sisa 3"
    with app.test_request_context("/produk", base_url="http://localhost/en"):
        assert language() == "en"
        assert _("Siap di galeri, sisa %(n)s", n=3) == "Ready at the gallery, 3 left"


def test_papers_speak_the_language_of_who_gets_them(app):
    with app.test_request_context("/produk"), speaking("en"):
        assert _("Masuk") == "Log in"
    assert language() == "id"


def test_what_nobody_translated_still_speaks():
    assert translate("en", "Kalimat tanpa terjemahan, 100%") == "Kalimat tanpa terjemahan, 100%"


def test_a_link_in_a_sentence_stays_one_and_the_rest_is_escaped():
    said = translate("id", "Lihat %(a)s dari %(b)s", a=Markup("<a>x</a>"), b="<b>")
    assert said == Markup("Lihat <a>x</a> dari &lt;b&gt;")


def test_marking_changes_nothing():
    assert N_("Masuk") == "Masuk"
