"""What a mail server sends back: failures count, delays and junk do not, and nothing that arrives breaks us."""

import pytest

from peerreview.core.outbox import LetterState
from peerreview.letters.bounces import LARGEST, Bounce, read_bounce
from peerreview.letters.masking import masked
from tests.factories.letters import make_letter


def dsn(
    message_id: str = "<abc@x.example>", *, action: str = "failed", status: str = "5.1.1", back: bool = True
) -> bytes:
    """A notification as Postfix writes it."""
    copy = f"Content-Type: message/rfc822\n\nMessage-ID: {message_id}\nSubject: Jullie partner\n\nBeste Samira,\n"
    head = f"Content-Type: text/rfc822-headers\n\nSubject: Jullie partner\nMessage-ID: {message_id}\n\n"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: label@voorbeeld.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain\n\nI'm sorry to have to inform you.\n\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nArrival-Date: now\n\n"
        f"Final-Recipient: rfc822; Samira@Voorbeeld.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 5.1.1\n  unknown user\n\n--B\n{copy if back else head}\n--B--\n"
    ).encode()


@pytest.mark.parametrize("back", [True, False])
def test_a_failure_says_which_letter_to_whom_and_why(back):
    assert read_bounce(dsn(back=back)) == Bounce(
        "<abc@x.example>", "samira@voorbeeld.example", "5.1.1", "550 5.1.1 unknown user"
    )


@pytest.mark.parametrize(
    "raw",
    [
        dsn(action="delayed", status="4.4.1"), dsn(action="failed", status="4.4.1"), dsn(action="delivered", status="2.0.0"),
        dsn(action="relayed", status="2.1.5"), b"", b"\xff\xfe\x00junk", b"From: x\n\nI am on holiday.\n",
        b"Content-Type: message/delivery-status\n\n", b"Content-Type: multipart/report; boundary=B\n\n--B\n--B--",
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n' * 2000, dsn() + b" " * LARGEST,
    ],
)  # fmt: skip
def test_a_delay_a_success_and_junk_are_no_failure(raw):
    assert read_bounce(raw) is None


def test_what_comes_back_is_piped_to_a_command_that_never_fails(app):
    letter = make_letter()
    runner = app.test_cli_runner()
    told = [runner.invoke(args=["letters", "bounced"], input=raw) for raw in (
        dsn(letter.message_id), dsn(letter.message_id), dsn(action="delayed", status="4.0.0"), b"\x00\xff", b"",
    )]  # fmt: skip
    assert [one.exit_code for one in told] == [0] * 5
    said = [f"letters: letter {letter.id} is bounced"] * 2 + ["letters: no failed delivery, ignored"] * 3
    assert [one.output.strip() for one in told] == said
    assert (letter.state, letter.last_error) == (LetterState.BOUNCED, "5.1.1 550 5.1.1 unknown user")


def test_without_our_message_id_it_is_the_newest_letter_to_that_address_that_was_sent(app):
    waiting = {"state": LetterState.QUEUED, "sent_at": None}
    old, newest, other = make_letter(), make_letter(), make_letter("iemand@voorbeeld.example")
    queued = make_letter(**waiting)
    app.test_cli_runner().invoke(args=["letters", "bounced"], input=dsn("<unknown@x.example>"))
    states = [each.state.value for each in (old, newest, other, queued)]
    assert states == ["sent", "bounced", "sent", "queued"]


TOKEN = "hT3-x_9QwErTyUiOpAsDfG"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"http://x.example/invitations/{TOKEN}", "http://x.example/invitations/•••"),
        (f"Ja: http://x.example/visits/answers/{TOKEN}?answer=yes&t={TOKEN} of bel.",
         "Ja: http://x.example/visits/answers/•••?answer=yes&t=••• of bel."),
        ("http://x.example/trajectories-to-check/12, http://x.example/reset", None),
        ("http://x.example/trajectories/12/self-evaluation", None),
        (f"geen link: {TOKEN}", None),
    ],
)  # fmt: skip
def test_the_secret_of_a_link_is_for_its_reader_alone(written, shown):
    assert masked(written) == (shown or written)
