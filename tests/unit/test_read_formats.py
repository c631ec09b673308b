"""Texts with a structure of their own: reStructuredText, source code, JSON, notebooks, XML and subtitles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.documents import Page, TableColumns
from desktop.core.errors import ReadError
from desktop.engines.read_text_kinds import text_kind
from tests.reading import read, text_of, write


def headings(page: Page) -> list[tuple[str, str]]:
    """Each heading, with the words that it stands at."""
    return [(heading.text, page.text[heading.start : heading.start + 12]) for heading in page.headings]


# --- what a text is ---------------------------------------------------------------------------------------------

MAIL = "Received: from a.example\nFrom: a@example.org\nSubject: hello\n\nwords"


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhello", "vtt"),
        ("a", "1\r\n00:00:01,000 --> 00:00:02,000\r\nhello", "srt"),
        ("a.txt", "[Script Info]\nTitle: x", "ass"),
        ("a.txt", "\n<!doctype html><p>hello", "html"),
        ("a.doc", "<html><body>hello", "html"),
        ("a.txt", '<?xml version="1.0"?><a/>', "xml"),
        ("a.txt", '<?xml version="1.0"?><!DOCTYPE html><html/>', "html"),
        ("a", "<svg xmlns='x'><text>hello</text></svg>", "xml"),
        ("a.txt", MAIL, "eml"),
        ("a", "From: a@example.org\nTo: b@example.org\nSubject: hello\n\nwords", "eml"),
        ("a.txt", "From a@example.org Mon Nov 23 10:00:00 2026\n" + MAIL, "mbox"),
        (
            "a",
            "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n b=c\n\n",
            "mhtml",
        ),
        ("a.txt", '{"a": 1}', "json"),
        ("a.txt", '{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.json", '{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.ipynb", "{}", "json"),
        ("a.py", "import os", "code"),
        ("Makefile", "all:\n\ttrue", "code"),
        ("a", "#!/usr/bin/env python3\nprint()", "code"),
        ("index.php", "<!DOCTYPE html><?php echo 1; ?>", "code"),
        ("a.rst", "Title\n=====\n", "rst"),
        # What only looks like one of them.
        ("a.md", MAIL, "md"),
        ("a.csv", '{"a": 1}', "csv"),
        ("a.txt", "From: the beginning\nit was good.", "txt"),
        ("a.txt", "Note: this\nTitle: that\n\nwords", "txt"),
        ("a.txt", "From Monday on, we open at 10:00.\nCome in.", "txt"),
        ("a.txt", "{curly} words", "txt"),
        ("a.txt", "2026-11-23 10:00:01 --> started", "txt"),
        ("a.txt", "<p>words", "txt"),
    ],
)
def test_what_a_text_is(name: str, head: str, kind: str) -> None:
    assert text_kind(name, head) == kind


# --- reStructuredText -------------------------------------------------------------------------------------------

RST = """=====
House
=====

Quiet is from **22:00** to *6:00*, see `the notice <https://example.org>`_ and :ref:`the rules <rules>`.
A ``drum`` is not.

.. _rules:
.. a comment
   over two lines

Rules
-----

.. note:: Doors close at ten.

   Ring the bell.

.. code-block:: python
   :linenos:

   if *late*:
       ring()

.. include:: /etc/passwd

Like this::

    **as is**

=====  ======
Floor  Name
=====  ======
1      Okafor
=====  ======

+-------+--------+
| Floor | Name   |
+=======+========+
| 2     | Li     |
|       | Wei    |
+-------+--------+

Last words [1]_.

.. [1] A footnote.
"""


def test_restructured_text(tmp_path: Path) -> None:
    (page,), end = read(write(tmp_path, "a.rst", RST))
    assert page.text == (
        "House\n\n"
        "Quiet is from 22:00 to 6:00, see the notice and the rules.\nA drum is not.\n\n"
        "Rules\n\nDoors close at ten.\n\nRing the bell.\n\n"
        "if *late*:\n    ring()\n\n"
        "Like this:\n\n**as is**\n\n"
        "Floor | Name\n\n1 | Okafor\n\nFloor | Name\n\n2 | Li Wei\n\n"
        "Last words [1].\n\n[1] A footnote."
    )
    assert [title for title, _ in headings(page)] == ["House", "Rules"]
    assert (end.kind, end.title) == ("rst", "House")


@pytest.mark.parametrize(
    "source", ["=", "==\n==\n==", "..", ".. x::", "::\n\n  a", "+--+\n", "== ==\n", "*" * 5000, "`" * 5000]
)
def test_odd_restructured_text_ends(tmp_path: Path, source: str) -> None:
    pages, _ = read(write(tmp_path, "a.rst", "words\n\n" + source))
    assert pages[0].text.startswith("words")


# --- source code ------------------------------------------------------------------------------------------------

PYTHON = '''"""A module."""

import os


# Adds.
@cached
def add(a, b):
    return a + b


class House:
    def ring(self):
        def inner():
            return 1
        return inner
'''


def test_python_functions_are_headings_with_their_comments(tmp_path: Path) -> None:
    (page,), end = read(write(tmp_path, "tools.py", PYTHON))
    assert page.text == PYTHON.strip()
    assert end.kind == "code"
    assert headings(page) == [
        ("Python", '"""A module.'),
        ("Python: add", "# Adds.\n@cac"),
        ("Python: House", "class House:"),
        ("Python: ring", "    def ring"),
    ]


def test_functions_of_languages_with_braces(tmp_path: Path) -> None:
    source = (
        "#include <a.h>\n\n/* Rings. */\nstatic int ring(const char *who)\n{\n    if (who) {\n    }\n}\n\n"
    )
    source += "int main() {\n}\n"
    (page,), _ = read(write(tmp_path, "a.c", source))
    assert headings(page) == [
        ("C", "#include <a."),
        ("C: ring", "/* Rings. */"),
        ("C: main", "int main() {"),
    ]


def test_settings_have_no_functions(tmp_path: Path) -> None:
    (page,), end = read(write(tmp_path, "a.yaml", "def x: 1\ntype: 2\n"))
    assert (page.text, end.kind, headings(page)) == ("def x: 1\ntype: 2", "code", [("YAML", "def x: 1\ntyp")])


def test_code_in_an_old_encoding(tmp_path: Path) -> None:
    source = "// Größe der Wohnung, für später\nint größe;\n// schön für alle Mieter im Haus\n"
    assert "Größe der Wohnung" in text_of(write(tmp_path, "a.c", source.encode("cp1252")))


# --- JSON and notebooks -----------------------------------------------------------------------------------------


def test_json_as_lines_with_their_names(tmp_path: Path) -> None:
    value = {
        "title": "House",
        "address": {"street": "Harbour Street", "number": 12, "old": None},
        "tags": ["quiet", "dry"],
        "tenants": [{"name": "Okafor", "pays": {"rent": 950}}, {"name": "Li", "rooms": [{"m2": 12}]}],
    }
    (page,), end = read(write(tmp_path, "a.json", json.dumps(value)))
    assert page.text == (
        "title: House\naddress.street: Harbour Street\naddress.number: 12\ntags: quiet, dry\n\n"
        "tenants\n\nname: Okafor\npays.rent: 950\n\nname: Li\n\nrooms\n\nm2: 12"
    )
    assert [title for title, _ in headings(page)] == ["tenants"]
    assert (end.kind, end.title) == ("json", "House")


def test_a_json_list_is_a_table_where_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps([{"id": 7, "body": "words"}, {"id": 8, "body": "more"}]))
    pages, _ = read(path, TableColumns("body", "id"))
    assert [(page.record_id, page.text) for page in pages] == [("7", "words"), ("8", "more")]


@pytest.mark.parametrize(
    "source", ['{"a": 1,}', "[1, 2", '{"a": 1} // late', "[2026-11-23] started", "[" * 100_000]
)
def test_what_is_no_json_is_a_text(tmp_path: Path, source: str) -> None:
    (page,), end = read(write(tmp_path, "a.json", source))
    assert (page.text, end.kind) == (source, "txt")


def test_deep_json_ends(tmp_path: Path) -> None:
    (page,), _ = read(write(tmp_path, "a.json", '{"b": 1, "a":' * 900 + "1" + "}" * 900 + "\n"))
    assert page.text.startswith("b: 1\na.b: 1")
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "b.json", "[{}, {}]"))
    assert caught.value.reason == "empty"


def test_a_notebook_without_its_pictures(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Rents\n", "All **rents**."]},
        {
            "cell_type": "code",
            "source": "show(rents)",
            "outputs": [
                {"output_type": "stream", "text": ["\x1b[31mread\x1b[0m\n", "2 rows\n"]},
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": "  rent\n0 950", "text/html": "<table>"},
                },
                {
                    "output_type": "display_data",
                    "data": {"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "iVBOR"},
                },
                {"output_type": "error", "ename": "KeyError", "evalue": "'rent'", "traceback": ["long"]},
            ],
        },
        {"cell_type": "raw", "source": "as is"},
        "nonsense",
    ]
    (page,), end = read(
        write(tmp_path, "a.ipynb", json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}))
    )
    assert page.text == (
        "Rents\n\nAll rents.\n\nshow(rents)\n\nread\n2 rows\n\n  rent\n0 950\n\nKeyError: 'rent'\n\nas is"
    )
    assert (end.kind, end.title, headings(page)) == ("ipynb", "Rents", [("Rents", "Rents\n\nAll r")])


def test_a_notebook_of_the_old_format(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "Rents"},
        {"cell_type": "code", "input": ["a = 1"], "outputs": [{"output_type": "pyout", "text": "1"}]},
    ]
    notebook = {"worksheets": [{"cells": cells}], "nbformat": 3}
    assert text_of(write(tmp_path, "a.ipynb", json.dumps(notebook))) == "Rents\n\na = 1\n\n1"


# --- XML --------------------------------------------------------------------------------------------------------


def test_data_in_xml(tmp_path: Path) -> None:
    source = """<?xml version="1.0"?><rents xmlns="urn:x">
      <rent id="1"><name>Okafor</name><flat><floor>2</floor></flat><paid unit="EUR">950</paid></rent>
      <rent id="2"><name>Li</name><move in="May" out="June"/></rent></rents>"""
    (page,), end = read(write(tmp_path, "a.xml", source))
    assert page.text == (
        "name: Okafor\nfloor: 2\npaid (unit EUR): 950\n\nname: Li\nmove in: May\nmove out: June"
    )
    assert end.kind == "xml"


def test_a_written_document_in_xml(tmp_path: Path) -> None:
    source = """<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "http://x.example/docbookx.dtd">
    <book><title>The house</title><chapter><title>Rules</title>
    <para>Quiet is <emphasis>from <b>ten</b></emphasis> on,
      <ulink url="x">read</ulink> it.
      <itemizedlist><listitem><para>no drums</para></listitem><listitem><para>no drills</para></listitem></itemizedlist>
    </para><para><emphasis>All</emphasis> must.</para><programlisting>if a:
    b</programlisting></chapter></book>"""
    (page,), end = read(write(tmp_path, "a.xml", source))
    assert page.text == (
        "The house\n\nRules\n\nQuiet is from ten on, read it.\n\nno drums\n\nno drills\n\nAll must.\n\nif a:\n    b"
    )
    assert end.title == "The house"
    assert [title for title, _ in headings(page)] == ["The house", "Rules"]


def test_a_feed_with_web_pages_in_it(tmp_path: Path) -> None:
    source = (
        "<rss><channel><title>News</title><item><description>&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;.&lt;/p&gt;"
    )
    source += "&lt;script&gt;bad()&lt;/script&gt;</description></item></channel></rss>"
    assert text_of(write(tmp_path, "a.xml", source)) == "News\n\nOne two."


def test_xml_in_its_own_encoding(tmp_path: Path) -> None:
    source = '<?xml version="1.0" encoding="iso-8859-2"?><a><p>Umowa może zostać rozwiązana</p></a>'
    assert text_of(write(tmp_path, "a.xml", source.encode("iso-8859-2"))) == "Umowa może zostać rozwiązana"


def test_hostile_xml(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "SECRET")
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    laughs = f'<!DOCTYPE a [<!ENTITY l0 "lol">{levels}]><a><p>before</p><p>&l9;</p><p>after</p></a>'
    outside = f'<!DOCTYPE a [<!ENTITY s SYSTEM "{secret.as_uri()}">]><a><p>before</p><p>&s;</p></a>'
    attribute = laughs.replace("<p>after</p>", '<p>after</p><x say="&l9;"/>')
    twice = "<!DOCTYPE a>" + laughs
    quoted = laughs.replace('"lol"', '"]><a>"')
    for source in (laughs, outside, attribute, twice, quoted):
        text = text_of(write(tmp_path, "a.xml", source))
        assert text.startswith("before")
        assert "SECRET" not in text
        assert len(text) < 100
    with pytest.raises(ReadError, match="document type does not end"):
        read(write(tmp_path, "a.xml", "<!DOCTYPE a [<!ENTITY b 'c' ><a><p>words</p></a>"))
    assert text_of(write(tmp_path, "a.xml", "<!DOCTYPE a><a>&auml;&lt;&nothing;</a>")) == "a: ä<"
    deep = "<a>" * 50_000 + "deep" + "</a>" * 50_000
    assert text_of(write(tmp_path, "a.xml", f"<r><p>before</p>{deep}</r>")).startswith("before")
    assert text_of(write(tmp_path, "a.xml", "<a><p>one</p><p>two & three</q></a")).startswith("one")


# --- subtitles --------------------------------------------------------------------------------------------------


def test_subrip_is_joined_to_stretches_with_their_time(tmp_path: Path) -> None:
    source = (
        "1\n00:00:01,000 --> 00:00:03,000\n<i>We met\nin {\\an8}May.</i>\n\n"
        "2\n00:00:03,500 --> 00:00:05,000\nIt rained\n3\n00:00:05,100 --> 00:00:07,000\nall day.\n\n"
        "4\n01:02:03,000 --> 01:02:05,000\nLater.\n"
    )
    (page,), end = read(write(tmp_path, "a.srt", source.replace("\n", "\r\n")))
    assert page.text == "We met in May. It rained all day.\n\nLater."
    assert headings(page) == [("00:00:01", "We met in Ma"), ("01:02:03", "Later.")]
    assert end.kind == "srt"


def test_a_long_speech_is_parted_after_a_sentence(tmp_path: Path) -> None:
    cues = [
        f"{n}\n00:{n * 4 // 60:02d}:{n * 4 % 60:02d},000 --> 00:{(n * 4 + 3) // 60:02d}:{(n * 4 + 3) % 60:02d},900\n"
        f"{'The end.' if n % 4 == 3 else f'word {n}'}\n"
        for n in range(100)
    ]
    (page,), _ = read(write(tmp_path, "a.srt", "\n".join(cues)))
    paragraphs = page.text.split("\n\n")
    assert len(paragraphs) == len(page.headings) > 5
    assert all(paragraph.endswith("The end.") for paragraph in paragraphs)


def test_webvtt_with_voices_and_captions_that_roll_up(tmp_path: Path) -> None:
    source = (
        "WEBVTT\nKind: captions\n\nNOTE a remark\nover two lines\n\nintro\n00:01.000 --> 00:02.000 align:start\n"
        "<v Ms Li>Good &amp; well\n\n00:02.000 --> 00:03.000\n<v Ms Li>Good &amp; well\n"
        "<00:02.500><c.yellow>we are</c>\n\n00:03.000 --> 00:04.000\nwe are\ndone.\n"
    )
    assert text_of(write(tmp_path, "a.vtt", source)) == "Ms Li: Good & well we are done."


def test_substation_by_time_without_styles_and_drawings(tmp_path: Path) -> None:
    source = (
        "[Script Info]\nTitle: The house\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
        "Dialogue: 0,0:00:05.00,0:00:07.00,Main,and goes, too.\n"
        "Dialogue: 0,0:00:01.00,0:00:03.00,Main,{\\i1}She comes\\Nin{\\i0}\n"
        "Dialogue: 0,0:00:01.00,0:00:03.00,Main,{\\p1}m 0 0 l 10 10{\\p0}\n"
        "Comment: 0,0:00:01.00,0:00:03.00,Main,hidden\n"
    )
    (page,), end = read(write(tmp_path, "a.ass", source))
    assert page.text == "She comes in and goes, too."
    assert end.title == "The house"


def test_subtitles_without_any_cue(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path, "a.vtt", "WEBVTT\n\nNOTE nothing\n"))
    assert caught.value.reason == "empty"
