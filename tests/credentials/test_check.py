"""Anybody drops a file or types a number and reads the truth, in one answer; what is hostile is answered kindly."""

import base64
import json
import re
import struct
import zlib
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from peerreview.certificates import services as certificates
from peerreview.core.storage import storage
from peerreview.credentials import services, signing
from peerreview.credentials.baking import bake_png, bake_svg
from peerreview.credentials.queries import credential_of
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.credentials import make_badge, make_qualified
from tests.factories.organisations import make_organisation

H1 = re.compile(r"<h1>(.*?)</h1>", re.S)


def heading(answer):
    return H1.search(answer.get_data(as_text=True)).group(1)


def post(client, content):
    """The body is written here: a client of the tests would leave files of large ones behind."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="bestand"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    return client.post("/certificates/check", data=body, content_type="multipart/form-data; boundary=x")


def drop(client, content):
    """What the page says of this file: its status and its heading."""
    answer = post(client, content)
    return answer.status_code, heading(answer)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


REAL, NOT_NOW = (200, "Dit certificaat is echt"), (200, "Dit certificaat is nu niet geldig")
ALTERED, CUT, FORGED = ((200, f"Dit {words}") for words in ("bestand is veranderd", "bestand is niet heel", "is vals"))
FOREIGN, UNSIGNED = (200, "Deze badge is niet van ons"), (200, "Dit bestand bewijst niets")
BARE, UNKNOWN = (200, "In dit beeld zit geen bewijs"), (200, "Dit kennen wij niet")
STRANGE, EMPTY = (200, "Dit soort bestand kunnen we niet lezen"), (422, "Er staat niets in dit bestand")


def test_each_file_that_we_gave_out_is_real_until_the_certificate_does_not_count(app, as_):
    client, office = as_(None), make_actor("secretariat")
    certificate = make_certificate(make_organisation("Brugveld"))
    address = f"/c/{certificate.number}"
    files = [client.get(f"{address}/{name}").data for name in ("certificate.pdf", "logo.svg", "logo.png")]
    token = make_badge(certificate).jwt
    files += [
        token.encode(),
        json.dumps(token).encode(),
        json.dumps({"id": f"data:application/vc+jwt,{token}"}).encode(),
    ]
    assert [drop(client, content) for content in files] == [REAL] * 6
    before = len(list(storage().folder.rglob("*"))) if storage().folder.exists() else 0
    certificates.change_status(certificate, "suspend", reason="Onderzoek.", by=office)
    assert [drop(client, content) for content in files] == [NOT_NOW] * 6
    assert b"Opgeschort" not in client.get(f"{address}/logo.svg").data  # its letters are drawn
    assert b"credential" not in client.get(f"{address}/logo.svg").data
    assert client.get(f"{address}/certificate.pdf").status_code == 404
    certificates.change_status(certificate, "reinstate", reason="Opgelost.", by=office)
    assert [drop(client, content) for content in files] == [REAL] + [(200, "Dit is echt, maar er is een nieuwere")] * 5
    assert drop(client, client.get(f"{address}/logo.svg").data) == REAL
    assert (len(list(storage().folder.rglob("*"))) if storage().folder.exists() else 0) == before


def test_what_is_altered_cut_forged_or_without_proof_is_seen(app, as_):
    client = as_(None)
    certificate = make_certificate(make_organisation("Brugveld"))
    token, (_public, private) = make_badge(certificate).jwt, signing.new_key()
    header, payload = signing.read(token)
    pdf, svg, png = (
        client.get(f"/c/{certificate.number}/{name}").data for name in ("certificate.pdf", "logo.svg", "logo.png")
    )
    head, _body, signature = token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(payload | {"name": "Vals"}).encode()).rstrip(b"=").decode()
    plain = client.get("/logo.svg").data
    foreign = payload | {
        "iss": "https://elders.example",
        "id": "urn:x",
        "jti": "urn:x",
        "issuer": "https://elders.example",
    }
    said = {
        "a changed PDF": (pdf + b"\n%%EOF", ALTERED),
        "half a PDF": (pdf[: len(pdf) // 2], CUT),
        "another PDF": (b"%PDF-1.4\n%%EOF", UNKNOWN),
        "a changed claim": (f"{head}.{other}.{signature}".encode(), ALTERED),
        "a changed claim in a logo": (bake_svg(plain, f"{head}.{other}.{signature}"), ALTERED),
        "half a token": (token[: len(head) + 100].encode(), CUT),
        "a logo cut in its token": (svg[:3000], CUT),
        "a cut SVG": (svg[:-500], CUT),
        "a cut PNG": (png[:-500], CUT),
        "half a PNG": (png[:200], CUT),
        "signed by somebody else in our name": (signing.sign(payload, private, kid=header["kid"]).encode(), ALTERED),
        "signed with a key of somebody else": (
            signing.sign(payload, private, kid="https://x.example/k").encode(),
            FORGED,
        ),
        "of another issuer": (signing.sign(foreign, private, kid="https://elders.example/k").encode(), FOREIGN),
        "what it says without proof": (json.dumps(payload).encode(), UNSIGNED),
        "broken JSON": (b'{"id": ', CUT),
        "a logo without stamp": (plain, BARE),
        "nothing": (b"\n\n", EMPTY),
        "a film": (b"\x00\x01\x02" * 99, STRANGE),
    }
    found = {what: drop(client, content) for what, (content, _expected) in said.items()}
    assert found == {what: expected for what, (_content, expected) in said.items()}
    answer = post(client, pdf + b"\n%%EOF")
    assert "Brugveld" in answer.get_data(as_text=True)  # the truth beside it


def test_hostile_files_are_answered_kindly(app, as_):
    client = as_(None)
    laughs = "<!DOCTYPE svg [" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30)) + "]>"
    pixels = chunk(b"IHDR", struct.pack(">IIBBBBB", 2**30, 2**30, 8, 6, 0, 0, 0))
    packed = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"e" * 20_000_000, 1)
    stream = zlib.compress(b"0 " * 100_000_000, 1)
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
    )  # fmt: skip
    bomb = b"".join(b"%d 0 obj%s endobj\n" % (n, one) for n, one in enumerate(objects, 1))
    assert drop(client, f"{laughs}<svg>&a29;</svg>".encode()) == BARE
    assert drop(client, b"\x89PNG\r\n\x1a\n" + pixels + chunk(b"iTXt", packed) + chunk(b"IEND", b"")) == BARE
    assert drop(client, b"%PDF-1.4\n" + bomb + b"trailer<</Root 1 0 R>>\n%%EOF") == UNKNOWN
    assert drop(client, b"[" * 200_000) == CUT
    assert drop(client, b"<svg " + b"<a:credential " * 100_000 + b"</svg>") == BARE
    assert drop(client, b"x" * (5 * 1024 * 1024 + 1)) == (413, "Dit bestand is te groot")
    assert drop(client, b"x" * (6 * 1024 * 1024)) == (413, "Dit bestand is te groot")


@pytest.mark.parametrize("typed", ["{number}", " {number} ", "https://label.example/c/{number}", "{badge}"])
def test_a_number_as_typed_is_answered_in_the_same_request(app, as_, typed):
    certificate = make_certificate(make_organisation("Brugveld"))
    badge = services.addresses().credential(make_badge(certificate).uid)
    asked = {"number": typed.format(number=certificate.number, badge=badge)}
    answer = as_(None).get("/certificates/check", query_string=asked)
    assert (answer.status_code, heading(answer)) == REAL


def test_an_unknown_number_is_said_kindly(app, as_):
    answer = as_(None).get("/certificates/check", query_string={"number": "2019-9999"})
    assert (answer.status_code, heading(answer)) == UNKNOWN
    assert "2019-9999" in answer.get_data(as_text=True)


def test_a_reviewers_badge_is_checked_without_saying_whose_it_is(app, as_, at):
    qualification = make_qualified()
    token = credential_of(qualification_id=qualification.id).jwt
    client = as_(None)
    assert drop(client, token.encode()) == (200, "Deze badge is echt")
    uid = signing.read(token)[1]["id"].rsplit("/", 1)[1]
    shown = client.get(f"/credentials/{uid}", headers={"Accept": "text/html"})
    assert (heading(shown), shown.mimetype) == ("Deze badge is echt", "text/html")
    assert client.get(f"/credentials/{uid}").mimetype == "application/vc+jwt"
    with at(f"{qualification.ends_on.year + 1}-01-01 10:00"):
        assert drop(client, token.encode()) == (200, "Deze badge telt nu niet")


def test_a_certificate_that_is_over_is_seen_without_anyone_doing_anything(app, as_, at):
    certificate = make_certificate()
    token, day = make_badge(certificate).jwt, certificate.ends_on
    with at(f"{day.isoformat()} 23:30"):
        assert drop(as_(None), token.encode()) == REAL
    with at(f"{(day + timedelta(days=1)).isoformat()} 00:30"):
        assert drop(as_(None), token.encode()) == NOT_NOW


def test_a_baked_png_is_read_by_other_programs_pixel_for_pixel(app, as_):
    token = make_badge(make_certificate()).jwt
    plain = as_(None).get("/logo.png").data
    with Image.open(BytesIO(plain)) as before, Image.open(BytesIO(bake_png(plain, token))) as after:
        after.load()
        assert after.text["openbadgecredential"] == token
        assert before.tobytes() == after.tobytes()
