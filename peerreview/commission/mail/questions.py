"""Letters about what the secretariat asks back, and to the secretariat that it was answered."""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.commission.mail.writing import write
from peerreview.commission.queries.questions import Asked
from peerreview.core import i18n


def ask(asked: Asked) -> int:
    """Put the question to who must answer it; the number of letters."""
    question, name = asked.question, asked.trajectory.organisation.name

    def words() -> tuple[str, str]:
        return (
            _("A question about the dossier of %(name)s", name=name),
            _("The secretariat asks you something about the dossier of %(name)s:", name=name)
            + f"\n\n{question.text}\n\n"
            + _("Please answer by %(day)s.", day=i18n.day(question.due_on)),
        )

    readers = [person for person in asked.people if person.id in asked.hands]
    return write("question.ask", readers, words, path=f"/completeness-questions/{question.id}", about=question)


def tell_answered(asked: Asked) -> int:
    """Tell the secretariat that it has its answer."""
    question, name = asked.question, asked.trajectory.organisation.name

    def words() -> tuple[str, str]:
        return (
            _("An answer about the dossier of %(name)s", name=name),
            _("%(holder)s answered your question about the dossier of %(name)s.", holder=asked.holder, name=name),
        )

    office = people_with(Role.SECRETARIAT)
    return write("question.answered", office, words, path=f"/completeness-questions/{question.id}", about=question)


def tell_withdrawn(asked: Asked) -> int:
    """Tell who was asked that no answer is needed any more."""
    question, name = asked.question, asked.trajectory.organisation.name

    def words() -> tuple[str, str]:
        return (
            _("No answer is needed any more about %(name)s", name=name),
            _(
                "The secretariat took back its question about the dossier of %(name)s. You need not do anything.",
                name=name,
            ),
        )

    readers = [person for person in asked.people if person.id in asked.hands]
    return write("question.withdrawn", readers, words, path=f"/completeness-questions/{question.id}", about=question)
