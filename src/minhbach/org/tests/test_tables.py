"""Tables that people upload: of any encoding, refused in the person's language with the line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from minhbach.org.errors import NotPossible
from minhbach.org.files.sniff import BadFile
from minhbach.org.files.tables import BrokenTable, in_utf8, uploaded

TEXT = "Đơn vị;Điểm\nTrường A;1,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_of_any_encoding_is_read(encoding):
    found = list(uploaded(SimpleUploadedFile("a.csv", TEXT.encode(encoding))))
    assert found == [(1, ["Đơn vị", "Điểm"]), (2, ["Trường A", "1,5"])]


def test_a_legacy_text_is_kept_in_utf8_and_says_what_it_was():
    file, encoding = in_utf8(SimpleUploadedFile("a.csv", "Trươ\u0300ng;1\n".encode("cp1258")), "a.csv")
    assert (file.read().decode(), encoding) == ("Trường;1\n", "cp1258")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"%PDF-1.4\n", "a.pdf", "type_not_allowed"),
        (b"a;b\n", "a.exe", "type_not_allowed"),
        (b"", "a.csv", "empty"),
        (b"<html><script>", "a.csv", "type_not_allowed"),
        (b"PK\x03\x04nonsense", "a.xlsx", "damaged"),
        (b"\xff\xfe\x00", "a.csv", "encoding"),
    ],
)
def test_what_is_no_table_is_refused_before_it_is_read(content, name, code):
    with pytest.raises(BadFile) as caught:
        uploaded(SimpleUploadedFile(name, content))
    assert caught.value.code == code and str(caught.value)


def test_too_large_says_how_much_may_be_sent():
    with pytest.raises(NotPossible) as caught:
        uploaded(SimpleUploadedFile("a.csv", b"a;b\n" * 300), most=1024)
    assert caught.value.code == "too_large" and "1" in str(caught.value)


@pytest.mark.parametrize(("lang", "place"), [("vi", "Dòng 2"), ("en", "Line 2")])
def test_where_it_breaks_off_is_said_in_the_language_of_the_person(lang, place):
    with override(lang), pytest.raises(BrokenTable) as caught:
        list(uploaded(SimpleUploadedFile("a.csv", b'a;b\n"x;1\n')))
    assert caught.value.line == 2 and str(caught.value).startswith(place)
