"""Tests for reading records: encodings, separators, limits and error codes."""

import os

import pytest

from lib.tabular import (
    RAGGED,
    REQUIRED,
    Column,
    Format,
    Schema,
    UnreadableFile,
    open_text,
    read_records,
    split_header,
)

PLAIN = Format()
LAX = Format(encodings=("utf-8-sig", "utf-16", "cp1252"), strict=False, nul=True)


def read_cells_of(data, kind=PLAIN):
    return [record.cells for record in read_records(data, kind)]


def find_refusal(source, kind=PLAIN):
    with pytest.raises(UnreadableFile) as refused:
        list(read_records(source, kind))
    return refused.value.code, refused.value.facts


def test_each_record_knows_the_line_it_begins_on():
    found = list(read_records(b'a,b\r\n"1\r\n2",3\r\n\r\n4,5', PLAIN))
    assert [(record.line, record.cells) for record in found] == [
        (1, ["a", "b"]), (2, ["1\r\n2", "3"]), (4, []), (5, ["4", "5"]),
    ]  # fmt: skip
    assert [record.is_blank for record in found] == [False, False, True, False]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_most_often_in_the_header(separator):
    text = "# a note, with commas, and; more\n\na|b|c\n1|2,2|3".replace("|", separator)
    kind = Format(separators=",;\t|", comments=True)
    found = [record.cells for record in read_records(text.encode(), kind) if not record.is_comment]
    assert found[1] == ["a", "b", "c"]
    if separator != ",":
        assert found[2] == ["1", "2,2", "3"]


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_every_encoding_that_is_let_in_is_recognized(tmp_path, encoding, read_as):
    path = tmp_path / "t.csv"
    path.write_bytes("name\nPeña".encode(encoding))
    with open_text(path, LAX) as file:
        assert file.encoding == read_as
    assert read_cells_of(path, LAX) == [["name"], ["Peña"]]


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (b"PK\x03\x04", ("zip", {})),
        (b"\xd0\xcf\x11\xe0", ("old_excel", {})),
        ("a,b".encode("utf-16"), ("utf-16", {})),
        ("a\nPeña x".encode("cp1252"), ("not_utf8", {"line": 2, "byte": "0xf1", "word": "Peña"})),
        (b"a\nb\nc\0", ("nul", {"line": 3})),
        (b"a\n\n\n\n", ("rows", {"most": 2})),
        (b"a,b,c,,,\n", ("columns", {"most": 2})),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_with_its_facts(data, refused):
    assert find_refusal(data, Format(max_rows=2, max_columns=2)) == refused


def test_files_that_are_none_are_refused_without_waiting_for_them(tmp_path):
    assert find_refusal(tmp_path / "nowhere.csv")[0] == "missing"
    assert find_refusal(tmp_path) == ("unopened", {"reason": "Is a directory"})
    os.mkfifo(tmp_path / "pipe")
    assert find_refusal(tmp_path / "pipe")[0] == "irregular"


def test_a_file_that_is_too_big_is_not_read():
    facts = {"mb": 3, "most": 2}
    assert find_refusal(b"x" * 3_000_000, Format(max_bytes=2_000_000)) == ("too_big", facts)


def test_limits_let_in_what_they_name():
    data = b"a,b,,,\n1,2\n,,,\n"
    assert len(read_cells_of(data, Format(max_bytes=len(data), max_rows=2, max_columns=2))) == 3


def test_a_strict_file_ends_where_its_quotes_do_not_match_another_goes_on():
    data = b'a,b\n"1"x,2\n3,4\n'
    strict = list(read_records(data, PLAIN))
    assert (strict[-1].line, strict[-1].cells) == (2, [])
    assert strict[-1].problem
    assert read_cells_of(data, LAX) == [["a", "b"], ["1x", "2"], ["3", "4"]]
    long = b"a,b\n" + b"x" * 1_000_001 + b",2\n3,4\n"
    found = list(read_records(long, LAX))
    assert [bool(record.problem) for record in found] == [False, True, False]


def test_text_keeps_its_line_ends():
    with open_text("\ufeffa\r\nb\n".encode(), PLAIN) as file:
        assert file.read() == "a\r\nb\n"


def read_split_records(data, needed=None):
    header, body = split_header(read_records(data, Format(comments=True)), needed)
    return header.cells, [(record.cells, record.problem) for record in body]


def test_a_record_has_as_many_cells_as_the_header_unless_only_some_are_needed():
    data = b"\n# note\n a ,b,\n1\n1,2,,,\n1,2,3\n"
    assert read_split_records(data) == (
        ["a", "b", ""],
        [(["1"], RAGGED), (["1", "2", "", "", ""], RAGGED), (["1", "2", "3"], "")],
    )
    assert read_split_records(data, needed=["a"]) == (
        ["a", "b"],
        [(["1", ""], ""), (["1", "2"], ""), (["1", "2", "3"], RAGGED)],
    )
    assert read_split_records(data, needed=["b"])[1][0] == (["1"], RAGGED)


@pytest.mark.parametrize("data", [b"", b"\n\n , \n", b"# only a note\n"])
def test_a_file_without_a_header_is_empty(data):
    with pytest.raises(UnreadableFile) as refused:
        split_header(read_records(data, Format(comments=True)))
    assert refused.value.code == "empty"


COLUMNS = [Column("slug"), Column("days", int, 7)]


def test_cells_become_values_and_each_problem_stays_with_its_row():
    data = b"slug,days\n  big  hole ,3\npothole,\n,4\nbench,x\n'=1,2\nbench,1\nbench,2\n"
    found = list(Schema(COLUMNS, key=["slug"]).open_table(read_records(data, PLAIN)).rows())
    assert [row.values for row in found if not row.problems] == [
        {"slug": "big hole", "days": 3},
        {"slug": "pothole", "days": 7},
        {"slug": "=1", "days": 2},
        {"slug": "bench", "days": 1},
    ]
    assert [(row.line, row.problems) for row in found if row.problems] == [
        (4, ["slug: it must not be blank"]),
        (5, ["days: invalid literal for int() with base 10: 'x'"]),
        (8, ["“bench” is already on line 7"]),
    ]


def test_a_header_of_other_columns_is_refused_with_every_reason():
    with pytest.raises(UnreadableFile) as refused:
        Schema(COLUMNS).open_table(read_records(b"days,days,boss\n", PLAIN))
    assert refused.value.code == "header"
    known = "; the columns are: slug, days"
    assert refused.value.facts["problems"] == [
        f"the column “slug” is missing{known}",
        f"“boss” is not a column of this file{known}",
        f"the column “days” stands twice{known}",
    ]
    assert COLUMNS[0].default is REQUIRED


NAMED = [
    Column("street", headings=("street", "Full name", "name")),
    Column("to", int, 0, headings=("to", "L_TO")),
]


@pytest.mark.parametrize(
    ("header", "street"),
    [("street,x", "a"), ("FULL_NAME,x", "a"), ("x,name", "b"), ("name,fullname", "b")],
)
def test_a_column_is_found_under_its_most_usual_heading_in_any_case(header, street):
    reader = Schema(NAMED, is_foreign=True).open_table(
        read_records(f"{header}\na,b\n".encode(), LAX)
    )
    assert [row.values for row in reader.rows()] == [{"street": street, "to": 0}]


def test_a_foreign_file_has_other_columns_and_a_row_that_cannot_be_read_says_why():
    data = b"x,name,lto\n1,Mill St,8\n1\n,x,y\n" + b"x" * 1_000_001 + b"\n"
    found = list(Schema(NAMED, is_foreign=True).open_table(read_records(data, LAX)).rows())
    assert found[0].values == {"street": "Mill St", "to": 8}
    assert [row.problems for row in found[1:]] == [
        ["1 cell, but the header has 3"],
        ["to: invalid literal for int() with base 10: 'y'"],
        ["it can't be read: field larger than field limit (1000000)"],
    ]


def test_two_headings_of_one_column_stand_twice_unless_the_file_is_foreign():
    data = b"street,Full name\na,b\n"
    with pytest.raises(UnreadableFile) as refused:
        Schema(NAMED).open_table(read_records(data, PLAIN))
    assert refused.value.facts["repeated"] == ["street"]
    assert Schema(NAMED, is_foreign=True).open_table(read_records(data, PLAIN)).positions == {
        "street": 0
    }


def test_a_file_needs_the_columns_that_the_schema_says():
    schema = Schema(COLUMNS, needed=["days"])
    [row] = schema.open_table(read_records(b"days\n3\n", PLAIN)).rows()
    assert row.problems == ["slug: it must not be blank"]
    with pytest.raises(UnreadableFile) as refused:
        schema.open_table(read_records(b"slug\n", PLAIN))
    assert refused.value.facts["missing"] == ["days"]
