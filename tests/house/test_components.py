"""Every component renders as its opening comment says, in both languages; and each has a sample here."""

from types import SimpleNamespace as Row

import pytest
import wtforms
from flask import render_template_string
from wtforms.fields.choices import SelectChoice

from gallery.core.web import Form
from gallery.storefront.rules import place
from tests.house import sources

SHA = "0" * 64
PRODUCT = Row(
    id=1, slug="x", name="Tas", price=1000, price_from=True, photo=SHA, photo_alt="Tas", group="Kelompok",
    place=place(None, "352707"), left=2, days=None, was=None, untranslated=True,
)  # fmt: skip
SAMPLES = {
    "acct": "{{ acct([('Saldo', 1000), ('Hak', -2000, '9 barang')], ('Akhir', 3000)) }}",
    "availability": "{{ availability(9) }}{{ availability(1) }}{{ availability(0, 7) }}{{ availability(0) }}",
    "card": "<ul>{{ card(product) }}{{ card(product, 'h2', eager=true) }}</ul>",
    "copy": "{{ copy('0172', 'Salin') }}{{ copy('0172', 'Salin', 'nomor', 'Sudah.') }}",
    "crumbs": "{{ crumbs([('/', 'Beranda')], 'Ini') }}",
    "empty": "{{ empty('Kosong') }}{% call empty('Kosong', 'Nanti ada.', 'h3') %}<a href='/'>Ke sana</a>{% endcall %}",
    "field": "{{ token() }}{{ errors(form) }}{{ errors(form, first={'q-1': 'Isi angka.'}) }}"
    "{% for f in form %}{{ field(f, hint='Petunjuk') }}{% endfor %}"
    "{{ radios(form.how, {'a': 'Rp1'}, {'b': 'nanti'}) }}{{ ticks(form.many) }}"
    "{{ plain('n', 'Nama', 'x', hint='y') }}{{ plain('n', 'Nama', error='z') }}{{ choice('c', 1, 'Satu') }}",
    "file": "{{ file('f', 'Foto', 'Paling besar 15 MB', 'image/*', multiple=true) }}",
    "gets": "{{ gets('price', 1250, 33335) }}",
    "heart": "{{ heart(1, 'Tas') }}{{ heart(1, 'Tas', true) }}{{ heart(1, 'Tas', small=true) }}",
    "icon": "{{ icon('check') }}",
    "kpi": "{{ kpi([('Penjualan', 'Rp1'), ('Setoran', 'Rp2')]) }}",
    "meter": "{{ meter(3, 9, 'Dihitung') }}{{ meter(0, 0, 'Kosong', 'ok') }}",
    "notice": "{{ notice('Ada', 'Begini.', 'warn', role='status') }}{{ flashes() }}"
    "{% call notice('Ada', kind='bad', level='h2') %}<p>x</p>{% endcall %}",
    "opens": "{% call opens('Saldo', 'Rp1', 'tot', open=true) %}<p>x</p>{% endcall %}",
    "own_words": "<p{{ in_indonesian() }}>Kelompok</p><p{{ in_indonesian('Group') }}>Group</p>",
    "pagination": "{{ pagination('storefront_shop.products', 3, 9, q='a') }}"
    "{{ pagination('storefront_shop.products', 1, 1) }}",
    "picture": "{{ picture(sha, 'Tas') }}{{ picture(none) }}",
    "price": "{{ was(150000) }}",
    "print": "{{ print_button('Cetak') }}",
    "qr": "{{ qr('http://localhost/x', 'Kode', 'BT-2026-000001') }}{{ qr('http://localhost/x', 'Kode') }}",
    "queue": "{{ queue(3, 'Menunggu', 'sejak pagi', '/', 'late') }}{{ queue(0, 'Menunggu', 'tidak ada', '/') }}",
    "reveal": "<form>{{ reveal() }}</form>",
    "scan": "{{ scan('/', 'Cari', 'Ketik', 'Buka', focus=true) }}",
    "shopper": "{{ shopper(none) }}{{ shopper('') }}{{ shopper('Ibu Rahma') }}",
    "shots": "<ul>{% call shot(sha, 'Foto 1') %}<span>satu</span>{% endcall %}</ul>",
    "split": "{{ split('Kelompok', 900, 100, 1000) }}{{ split('Kelompok', 900, 100) }}",
    "stars": "{{ rating(48) }}{{ rating(0) }}",
    "status": "{{ status('ok', 'Siap') }}{{ status('', 'Biasa', box=true, icon='truck') }}",
    "stepper": "{{ stepper(1, 2, 'Tas', pressed='more') }}{{ stepper(1, 2, 'Tas', max=3, submits=false) }}",
    "table": "{% call table_box('Tabel') %}<table></table>{% endcall %}",
    "tag": "{{ tag('SO-1', 'ink') }}",
    "thread": "<ol>{{ step('Diajukan', 'pagi') }}{{ step('Diterima', kind='now') }}</ol>",
    "units": "{{ units(3, 60) }}{{ units(1, 2) }}",
    "wa": "{{ wa('Dua baris\\ndan % tautan', '+62811') }}",
}
FILES = {path.stem for path in sources.files(".html", under="templates/components")}


class Sample(Form):
    name = wtforms.StringField("Nama", [wtforms.validators.InputRequired("Isi namanya.")])
    kind = wtforms.SelectField("Jenis", choices=[SelectChoice("a", "A")])
    how = wtforms.RadioField("Cara", choices=[SelectChoice("a", "A"), SelectChoice("b", "B")])
    many = wtforms.SelectMultipleField("Banyak", choices=[SelectChoice("a", "A")])
    story = wtforms.TextAreaField("Cerita")
    agreed = wtforms.BooleanField("Setuju")
    photo = wtforms.FileField("Foto")


def test_each_component_has_a_sample():
    assert set(SAMPLES) == FILES


@pytest.mark.parametrize("name", sorted(SAMPLES))
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_it_works(house_app, name, prefix):
    sample = SAMPLES[name]
    macros = [
        line.split("macro ")[1].split("(")[0]
        for line in sources.text(sources.ROOT / f"templates/components/{name}.html").splitlines()
        if "{% macro " in line
    ]
    page = "".join(f"{{% from 'components/{name}.html' import {macro} %}}" for macro in macros) + sample
    with house_app.test_request_context("/", method="POST", base_url=f"http://localhost{prefix}"):
        form = Sample()
        form.validate()
        said = render_template_string(page, product=PRODUCT, sha=SHA, form=form)
    assert said.strip()
    assert "style=" not in said


def test_an_error_is_beside_its_field_and_above_the_form(house_app):
    page = (
        "{% from 'components/field.html' import field, errors %}{{ errors(form) }}{{ field(form.name, hint='Contoh') }}"
    )
    with house_app.test_request_context("/", method="POST"):
        form = Sample()
        form.validate()
        said = render_template_string(page, form=form)
    assert '<a href="#name">Nama: Isi namanya.</a>' in said
    assert 'aria-invalid="true"' in said and 'aria-describedby="name-e"' in said and 'id="name-e"' in said


def test_each_opens_with_what_it_is():
    bare = [
        sources.name(path)
        for path in sources.files(".html", under="templates")
        if not sources.text(path).startswith("{#")
    ]
    assert bare == []
