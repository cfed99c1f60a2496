"""What any web application needs and no feature should write again: access, audit, time, database, mail, pages."""
