"""The roles in words, for every page and letter that names one."""

from flask_babel import lazy_gettext as _l

from peerreview.accounts.lifecycle import Role

ROLE_NAMES = {
    Role.COORDINATOR: _l("Coordinator"),
    Role.EXECUTIVE: _l("Executive"),
    Role.CONTRIBUTOR: _l("Contributor"),
    Role.REVIEWER: _l("Reviewer"),
    Role.SECRETARIAT: _l("Secretariat"),
    Role.COMMISSION_MEMBER: _l("Commission member"),
    Role.COMMISSION_CHAIR: _l("Chair of the commission"),
    Role.OVERSIGHT: _l("Oversight"),
    Role.ADMINISTRATOR: _l("Administrator"),
}
ROLE_HINTS = {
    Role.COORDINATOR: _l("Does everything for your organisation: people, sign-up, self-evaluation, dates and plan."),
    Role.EXECUTIVE: _l("Signs: the sign-up, the self-evaluation, the improvement plan and an appeal."),
    Role.CONTRIBUTOR: _l("Answers the norms of the self-evaluation that you hand out."),
    Role.REVIEWER: _l("Visits another organisation and writes the report with the team."),
    Role.SECRETARIAT: _l("Guards members, rounds, matching and deadlines. Needs a second step to sign in."),
    Role.COMMISSION_MEMBER: _l("Reads dossiers and votes. Needs a second step to sign in."),
    Role.COMMISSION_CHAIR: _l("Runs the meeting and signs. Needs a second step to sign in."),
    Role.OVERSIGHT: _l("Sees statistics, the impartiality register and the audit trail."),
    Role.ADMINISTRATOR: _l("Guards accounts and settings. Needs a second step to sign in."),
}


def role_name(role: str) -> str:
    """The role in words of the language spoken when it is shown (a lazy text); 'none' is nobody's role."""
    name: str = ROLE_NAMES[Role(role)] if role in set(Role) else _l("No role yet")
    return name
