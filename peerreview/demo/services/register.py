"""What organisations say of themselves in the register of the demo."""

from sqlalchemy import select, update

from peerreview.certificates.models import Certificate
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.register.services import publish_page, save_page
from peerreview.register.words import Words

PAGES = (
    Words(
        "Collega’s spraken met twaalf vrijwilligers, vijf jongeren en de wijkverpleegkundige.\n\n"
        "Zij liepen een dag mee in het buurthuis.",
        (
            (
                "Vroeg opmerken",
                "De wijkverpleegkundige en het opbouwwerk drinken elke dinsdag samen koffie. Zo hoorden ze op tijd dat "
                "drie bewoners niet meer buiten kwamen.",
            ),
            (
                "Stem van jongeren",
                "Jongeren kozen zelf wie de nieuwe jongerenwerker werd. Ze stelden vragen die wij niet hadden durven "
                "stellen.",
            ),
        ),
        "Op elke locatie komt een vaste invaller voor wie vrijwilligers begeleidt.",
    ),
    Words(
        "Twee dagen lang keken collega’s mee bij het spreekuur en in de ontmoetingsruimte.",
        (
            (
                "Samen met de huisarts",
                "De huisarts verwijst, wij bellen dezelfde dag. Wachten hoeft bijna niemand meer.",
            ),
        ),
        "Wie een signaal doorgeeft, hoort voortaan wat ermee is gebeurd.",
    ),
)


def make_pages() -> None:
    """The first organisations that hold a certificate published a page, and their municipality is known."""
    holders = select(Certificate.organisation_id).distinct().order_by(Certificate.organisation_id).limit(len(PAGES))
    for organisation_id, words in zip(db.session.scalars(holders).all(), PAGES, strict=False):
        save_page(organisation_id, words, version=0, by=SYSTEM)
        publish_page(organisation_id, by=SYSTEM)
        known = update(Organisation).where(Organisation.id == organisation_id).values(municipality=Organisation.place)
        db.session.execute(known)
