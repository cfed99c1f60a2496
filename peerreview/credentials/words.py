"""What the check page says of each outcome: a title, and a sentence that says what to do."""

from flask_babel import lazy_gettext as _l

VERDICTS = {
    "genuine": (_l("This is real"), ""),
    "not_now": (_l("This does not count now"), ""),
    "replaced": (
        _l("This is real, but there is a newer one"),
        _l("We gave this badge out, and later another one in its place. Below you see what is true today."),
    ),
    "altered": (
        _l("This file was changed"),
        _l("It names a certificate or badge of ours, but it is not what we gave out. Do not trust what it says."),
    ),
    "cut": (
        _l("This file is not whole"),
        _l("A part is missing, so we cannot prove it. Ask for the file once more, or type the number."),
    ),
    "forged": (
        _l("This is a forgery"),
        _l("It says that it is ours, but somebody else signed it. Do not trust what it says."),
    ),
    "foreign": (
        _l("This badge is not ours"),
        _l("Somebody else gave it out. We cannot say whether it is real: ask whoever signed it."),
    ),
    "unsigned": (
        _l("This file proves nothing"),
        _l("It has no signature, so anybody can have written it. Ask for the badge itself, or type the number."),
    ),
    "bare": (
        _l("There is no proof in this picture"),
        _l("A logo with the stamp carries a signed badge; this one has none. It may have been lost when it was saved."),
    ),
    "unknown": (
        _l("We do not know this"),
        _l("No certificate was ever given out with this number or in this file. Look whether you copied it well."),
    ),
    "strange": (
        _l("We cannot read this kind of file"),
        _l("Choose the PDF of the certificate, or the logo or badge as SVG, PNG, JWT or JSON."),
    ),
    "empty": (_l("There is nothing in this file"), _l("Choose the PDF, the logo or the badge.")),
    "large": (_l("This file is too large"), _l("At most 5 MB. What we give out is much smaller.")),
}
