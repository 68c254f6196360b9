"""Papers of the demonstration, made on the fly: specimen documents and a small exclusion list. All of it invented."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import pikepdf
from pikepdf import Dictionary, Name

_PAGE = (612, 792)  # US letter, in points
_LIST_HEADER = (
    "LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS", "CITY",
    "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE", "WAIVERDATE", "WVRSTATE",
)  # fmt: skip
_NO_DAY, _NO_NPI = "00000000", "0000000000"

# Last name, first name, business, specialty, date of birth, city. Three share a name with an applicant.
EXCLUDED: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("OKONJO", "RAYMOND", "", "PSYCHOLOGIST", "", "TEXARKANA"),
    ("QUADE", "JOSEPHINE", "", "PHYSICIAN", "", "LITTLE ROCK"),
    ("HALVERSEN", "PETRA", "", "OSTEOPATH", "", "MEMPHIS"),
    ("BRANDVOLD", "CEDRIC", "", "NURSE/NURSES AIDE", "19610214", "JONESBORO"),
    ("LINDQVIST", "MAUDE", "", "PHARMACIST", "19550930", "HARRISON"),
    ("TARRANT", "EUSTACE", "", "PHYSICIAN ASSISTANT", "19700111", "EL DORADO"),
    ("", "", "CYPRESS HOLLOW DME SUPPLY", "DME COMPANY", "", "WEST MEMPHIS"),
    ("VENTRESCA", "OTTILIE", "", "SOCIAL WORKER", "19670523", "CAMDEN"),
    ("", "", "DELTA PINES TRANSPORT", "TRANSPORTATION CO", "", "HELENA"),
)


def specimen_pdf(title: str, lines: Sequence[str]) -> bytes:
    """A one-page PDF with this title and these lines, marked as a specimen."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=_PAGE)
    plain, bold = (
        pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=face))
        for face in (Name.Helvetica, Name("/Helvetica-Bold"))
    )
    page.obj.Resources = Dictionary(Font=Dictionary(F1=plain, F2=bold))
    drawn = [_text("F2", 26, 72, 700, "SPECIMEN"), _text("F2", 16, 72, 660, title)]
    drawn += [_text("F1", 12, 72, 620 - 20 * place, line) for place, line in enumerate(lines)]
    drawn.append(
        _text("F1", 10, 72, 72, "Made for a demonstration. The people and numbers on it are invented.")
    )
    page.obj.Contents = pdf.make_stream(b"\n".join(drawn))
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = f"{title} (specimen)"
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def exclusion_list(published_on: date) -> str:
    """A file like the OIG's, as published on a day: a few invented people and businesses, one new each month."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_LIST_HEADER)
    writer.writerows(_excluded_rows(EXCLUDED, date(2019, 4, 18)))
    newcomer = ("NOBODY", f"TEST{published_on:%Y%m}", "", "NURSE/NURSES AIDE", "19640702", "PINE BLUFF")
    writer.writerows(_excluded_rows([newcomer], published_on))
    return out.getvalue()


def _excluded_rows(people: Iterable[tuple[str, ...]], excluded_on: date) -> Iterable[tuple[str, ...]]:
    for last, first, business, specialty, born, city in people:
        general = "OTHER BUSINESS" if business else "IND- LIC HC SERV PRO"
        yield (
            last, first, "", business, general, specialty, "", _NO_NPI, born, "1 EXAMPLE STREET", city, "AR", "72000",
            "1128b4", f"{excluded_on:%Y%m%d}", _NO_DAY, _NO_DAY, "",
        )  # fmt: skip


def _text(font: str, size: int, x: int, y: int, text: str) -> bytes:
    shown = text.encode("latin-1", "replace")
    for sign in (b"\\", b"(", b")"):
        shown = shown.replace(sign, b"\\" + sign)
    return b"BT /%s %d Tf %d %d Td (%s) Tj ET" % (font.encode(), size, x, y, shown)
