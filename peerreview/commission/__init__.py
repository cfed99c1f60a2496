"""The commission: dossiers that are complete, meetings, interests and recusal, votes, and the decision."""
