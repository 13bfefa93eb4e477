"""Registry files as tables: hostile and broken ones are refused with cause and cure, usual ones are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from gospub.errors import RegistryError
from gospub.registry import table, workbook
from gospub.registry.table import read_table

ROWS = [["organisation_name", "ogrn", "pages"], ["Школа № 5", "1047702026701", "vk.com/club1"]]


def csv_file(folder: Path, content: bytes) -> Path:
    path = folder / "registry.csv"
    path.write_bytes(content)
    return path


def xlsx_file(folder: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    path = folder / "registry.xlsx"
    book.save(path)
    return path


def cells(path: Path) -> list[list[str]]:
    read = read_table(path)
    return [list(read.header), *(list(row) for _, row in read.rows)]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" ; ; \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RegistryError, match="is empty"):
        read_table(csv_file(tmp_path, content))


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"nowhere\.csv cannot be read"):
        read_table(tmp_path / "nowhere.csv")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be read"):
        read_table(tmp_path)


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_FILE_BYTES", 10)
    with pytest.raises(RegistryError, match="bigger than"):
        read_table(csv_file(tmp_path, b"x" * 11))


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_ROWS", 2)
    with pytest.raises(RegistryError, match="more than 2 rows"):
        read_table(csv_file(tmp_path, b"a\nb\nc\n"))


def test_old_excel_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"old or protected Excel file.*\.xlsx or CSV"):
        read_table(csv_file(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)))


def test_a_picture_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="neither CSV"):
        read_table(csv_file(tmp_path, b"\x89PNG\r\n\x1a\n\x98\xff\x98"))


def test_a_cut_xlsx_is_refused(tmp_path: Path) -> None:
    whole = xlsx_file(tmp_path, [list(row) for row in ROWS]).read_bytes()
    with pytest.raises(RegistryError, match="damaged XLSX"):
        read_table(csv_file(tmp_path, whole[: len(whole) // 2]))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(RegistryError, match="not a sound XLSX"):
        read_table(csv_file(tmp_path, buffer.getvalue()))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(workbook.MAX_UNPACKED_BYTES // 2**20 + 1):
            part.write(bytes(2**20))
    assert len(buffer.getvalue()) < 2**20
    with pytest.raises(RegistryError, match="unpacks to more than 256 MB"):
        read_table(csv_file(tmp_path, buffer.getvalue()))


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    start = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><worksheet'
    source = zipfile.ZipFile(xlsx_file(tmp_path, [list(row) for row in ROWS]))
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for part in source.infolist():
            content = source.read(part).decode()
            if part.filename == "xl/worksheets/sheet1.xml":
                content = start + content.partition("<worksheet")[2].replace("vk.com/club1", "&e11;")
            archive.writestr(part.filename, content)
    with pytest.raises(RegistryError, match="not a sound XLSX"):
        read_table(path)


def test_a_sheet_that_claims_to_be_huge_is_read_by_what_it_holds(tmp_path: Path) -> None:
    source = zipfile.ZipFile(xlsx_file(tmp_path, [list(row) for row in ROWS]))
    path = tmp_path / "claims.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for part in source.infolist():
            content = source.read(part)
            archive.writestr(part.filename, content.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"'))
    assert cells(path) == ROWS


def test_formulas_are_never_evaluated(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [*(list(row) for row in ROWS), ["=1+1", "=HYPERLINK(1)", "vk.com/club2"]])
    assert cells(path)[2] == [workbook.FORMULA, workbook.FORMULA, "vk.com/club2"]


def test_a_cell_of_ten_megabytes_costs_no_other_row(tmp_path: Path) -> None:
    content = b"name;ogrn\n" + b"x" * 10_000_000 + b";1\ny;2\n"
    assert cells(csv_file(tmp_path, content))[2] == ["y", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert cells(csv_file(tmp_path, text.encode(encoding))) == ROWS


def test_line_ends_inside_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    assert cells(csv_file(tmp_path, b'a;b\n"x\ny;z";1\n2;3\n')) == [["a", "b"], ["x\ny;z", "1"], ["2", "3"]]


def test_rows_keep_their_numbers_though_empty_ones_are_left_out(tmp_path: Path) -> None:
    assert [number for number, _ in read_table(csv_file(tmp_path, b"\na\n;\nb\n\nc\n")).rows] == [4, 6]


def test_every_cell_of_a_workbook_becomes_text(tmp_path: Path) -> None:
    from datetime import datetime

    path = xlsx_file(tmp_path, [["h"] * 6, [1047702026701, 59, 1.5, True, None, datetime(2025, 3, 14)]])  # noqa: DTZ001
    assert cells(path)[1] == ["1047702026701", "59", "1.5", "да", "", "2025-03-14"]
