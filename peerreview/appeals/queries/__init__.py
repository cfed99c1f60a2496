"""What is asked about appeals, who could judge them, and complaints."""
