"""The Vietnamese catalogue is complete, and English needs none."""

from django.utils import translation
from django.utils.translation import gettext, ngettext

from minhbach.config import messages


def test_vietnamese_is_complete_and_keeps_the_placeholders():
    assert messages.missing() == []


def test_templates_are_read():
    keys = {key for key, _context in map(messages._key, messages._all(messages.gathered()))}
    assert {"Skip to content", "There is %(counter)s thing to put right", "Deactivate Authenticator App"} <= keys


def test_compiled_and_used():
    messages.compile()
    with translation.override("en"):
        assert gettext("Skip to content") == "Skip to content"
        assert ngettext("There is %(counter)s thing to put right", "There are %(counter)s things to put right", 1)[
            :8
        ] == ("There is")


def test_extracting_keeps_what_is_translated(tmp_path, monkeypatch):
    copy = tmp_path / "django.po"
    before = messages.PO.read_text(encoding="utf-8")
    copy.write_text(before.replace('msgstr "Đăng xuất"', 'msgstr "Thoát"'), encoding="utf-8")
    monkeypatch.setattr(messages, "PO", copy)
    messages.extract()
    assert 'msgstr "Thoát"' in copy.read_text(encoding="utf-8")
    again = copy.read_text(encoding="utf-8")
    messages.extract()
    assert copy.read_text(encoding="utf-8") == again


def test_what_is_wrong_is_named(tmp_path, monkeypatch):
    copy = tmp_path / "django.po"
    text = messages.PO.read_text(encoding="utf-8")
    text = text.replace('msgstr "Đăng xuất"', 'msgstr ""').replace("Trang %(number)s", "Trang %(so)s")
    copy.write_text(text + '\nmsgid "Nobody says this"\nmsgstr "Không ai nói"\n', encoding="utf-8")
    monkeypatch.setattr(messages, "PO", copy)
    found = "\n".join(messages.missing())
    assert "not translated: 'Sign out'" in found
    assert "other placeholders" in found
    assert "in no source: 'Nobody says this'" in found
