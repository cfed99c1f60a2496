"""Letters about becoming a member: short, in the reader's language, with one thing to do."""

from flask_babel import gettext as _

from peerreview.accounts import queries as accounts
from peerreview.accounts.lifecycle import Role
from peerreview.core import i18n, outbox
from peerreview.organisations.models import Application, Organisation


def _post(kind: str, application: Application, subject: str, *paragraphs: str) -> None:
    greeting = _("Dear %(name)s,", name=application.applicant_name)
    goodbye = _("Questions? Answer this letter or call the secretariat.")
    outbox.queue(
        kind, to=application.applicant_email, name=application.applicant_name, language=application.language,
        subject=subject, body="\n\n".join([greeting, *paragraphs, goodbye]) + "\n", about=application,
    )  # fmt: skip


def confirm(application: Application, token: str) -> None:
    """To who signs an organisation up: the link that proves that they read mail here. Only here stands the token."""
    with i18n.speaking(application.language):
        name = application.facts["name"]
        _post(
            "organisations.confirm", application, _("Confirm that you sign up %(organisation)s", organisation=name),
            _("Somebody, probably you, signed up %(organisation)s as a member.", organisation=name),
            _("Confirm it with this link:") + "\n" + outbox.address(f"/join/{token}"),
            _("The link holds for 7 days. Did you not sign up? Then do nothing: we forget what was filled in."),
        )  # fmt: skip


def already_known(application: Application) -> None:
    """To who signs up an organisation that we know already; tells nothing of it."""
    with i18n.speaking(application.language):
        _post(
            "organisations.already_known", application, _("We already know this organisation"),
            _("You signed up an organisation with KvK number %(kvk)s. We know it already.", kvk=application.kvk),
            _("Do you work there? A colleague who is coordinator can invite you. You need not sign up again."),
            _("The secretariat knows that you asked. Not sure who your coordinator is? Then call or write to us."),
        )  # fmt: skip


def tell_secretariat(application: Application, *, known: Organisation | None = None) -> None:
    """To everybody at the secretariat: an organisation signed itself up, or somebody did so for one that we know."""
    for person in accounts.people_with(Role.SECRETARIAT):
        with i18n.speaking(person.language):
            name = known.name if known else application.facts["name"]
            if known:
                subject = _("Somebody signed up %(organisation)s, which we know already", organisation=name)
                what = _(
                    "%(person)s (%(email)s) filled in the KvK number of %(organisation)s. They were told to ask you.",
                    person=application.applicant_name, email=application.applicant_email, organisation=name,
                )  # fmt: skip
            else:
                subject = _("%(organisation)s wants to become a member", organisation=name)
                what = _("%(person)s signed up %(organisation)s. Read it and answer:",
                         person=application.applicant_name, organisation=name)  # fmt: skip
            number = known.id if known else application.organisation_id
            link = outbox.address(f"/organisations/{number}")
            greeting = _("Dear %(name)s,", name=person.name)
            outbox.queue(
                "organisations.applied", to=person.email, name=person.name, language=person.language,
                subject=subject, body="\n\n".join([greeting, what, link]) + "\n", about=known or application,
            )  # fmt: skip


def approved(application: Application, organisation: Organisation) -> None:
    """To the applicant: the organisation is a member, and they are its coordinator."""
    with i18n.speaking(application.language):
        _post(
            "organisations.approved", application, _("%(organisation)s is a member", organisation=organisation.name),
            _("Welcome! %(organisation)s is a member from now on, and you are its coordinator.",
              organisation=organisation.name),
            _("Sign in here: %(link)s", link=outbox.address("/login")),
            _("Is this your first time? Then you get a second letter in which you choose a password."),
            _("Start with the page of your organisation, and invite your colleagues there."),
        )  # fmt: skip


def rejected(application: Application, organisation: Organisation, reason: str) -> None:
    """To the applicant: not a member, and why."""
    with i18n.speaking(application.language):
        _post(
            "organisations.rejected", application,
            _("About the application of %(organisation)s", organisation=organisation.name),
            _("The secretariat looked at your application. %(organisation)s does not become a member now.",
              organisation=organisation.name),
            _("The reason:") + "\n" + reason,
            _("Do you see it differently, or does something change? Then write or call us."),
        )  # fmt: skip
