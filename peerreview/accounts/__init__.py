"""People and their accounts: invitation, sign-in, second factor, and the roles they hold in organisations."""
