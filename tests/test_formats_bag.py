"""What is in a BagIt bag besides its manifests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checksig._formats import bag, bagit


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xef\xbb\xbfBagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n", "byte order"),
        (b"BagIt-Version: 0.97\n", "1 line, not 2"),
        (b"BagIt-Version: .97\nTag-File-Character-Encoding: UTF-8\n", "first line"),
        (b"BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n", "not known"),
        (b"BagIt-Version : 1.0\nTag-File-Character-Encoding : UTF-8\n", "blank before"),
        (b"BagIt-Version: 1.0\nTag-File-Character-Encoding:UTF-8\n", "one after"),
        (b"BagIt-Version: 0.97\nEncoding: UTF-8\n", "second line"),
        (b"BagIt-Version: 0.97\nTag-File-Character-Encoding: idna\n", "not known"),
        (b"BagIt-Version: 0.97\nTag-File-Character-Encoding: hex\n", "not known"),
        (b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\nMore: 1\n", "3 lines"),
        (b"", "0 lines"),
    ],
)  # fmt: skip
def test_a_bag_that_is_not_declared_as_one_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bag.declaration(data)


@pytest.mark.parametrize(
    ("data", "version", "encoding"),
    [
        (b"BagIt-Version: 0.93\r\nTag-File-Character-Encoding: UTF-8\r\n", (0, 93), "UTF-8"),
        (b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-16", (0, 97), "UTF-16"),
        (b"BagIt-Version : 0.97\rTag-File-Character-Encoding:ISO-8859-1\r", (0, 97), "ISO-8859-1"),
        (b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n\n", (1, 0), "UTF-8"),
    ],
)
def test_a_bag_says_its_version_and_encoding(
    data: bytes, version: tuple[int, int], encoding: str
) -> None:
    assert bag.declaration(data) == (version, encoding)


def test_tag_files_are_read_in_the_encoding_of_the_bag() -> None:
    text = f"{'0' * 32}  data/\u00e9\n"
    for encoding in ("UTF-16", "UTF-8", "ISO-8859-1", "Windows-1252"):
        assert bag.to_utf8(text.encode(encoding), encoding) == text.encode()
    assert bag.to_utf8(b"\xff", "UTF-8") == b"\xff"
    with pytest.raises(ValueError, match="is not UTF-16 text"):
        bag.to_utf8(b"\xff\xfe\0", "UTF-16")


def test_labels_of_a_bag_may_repeat_and_go_on() -> None:
    data = b"A: 1\r\nA : 2\r\nB:  one\r\n\ttwo\r\n  three\r\n\r\nPayload-Oxum: 10.2\r\n"
    pairs = bag.info(data)
    assert pairs == [("A", "1"), ("A", "2"), ("B", "one two three"), ("Payload-Oxum", "10.2")]
    assert bag.payload_oxum(pairs) == (10, 2)
    assert bag.payload_oxum(pairs[:3]) is None
    with pytest.raises(ValueError, match="line 2"):
        bag.info(b"A: 1\nnonsense\n")
    for wrong in ([("Payload-Oxum", "10")], [*pairs, ("payload-oxum", "10.3")]):
        with pytest.raises(ValueError, match="Oxum"):
            bag.payload_oxum(wrong)


def test_what_a_bag_fetches_is_listed_line_by_line() -> None:
    data = (
        b"https://example.org/a  10 data/a b\r\nhttp://x - data/%0A\nnonsense\nhttp://x y data/c\n"
    )
    first, second, *bad = bag.fetch(data)
    assert first == ("https://example.org/a", 10, "data/a b", 1)
    assert second == ("http://x", None, "data/\n", 2)
    assert [line.line for line in bad] == [3, 4]
    assert all("reason" in line._fields for line in bad)


@given(name=st.text(st.sampled_from("%025aAdD\r\nx"), max_size=12))
def test_encoded_names_of_a_bag_are_decoded_again(name: str) -> None:
    encoded = bagit.encode_name(name)
    assert "\r" not in encoded
    assert "\n" not in encoded
    assert bagit.decode_name(encoded) == name
