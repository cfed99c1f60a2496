"""Common first names in the Netherlands, and the words around them that make them something else than a person.

A short list on purpose: it serves a friendly warning, not a check. Sources are public lists of common names, among
them those of people with roots in Turkey, Morocco, Suriname, Poland and the Arabic world.
"""

FIRST_NAMES = frozenset(
    """
    Aad Abdel Abdullah Achmed Adam Ahmed Aisha Albert Alex Ali Alice Amber Amina Amir Andrea André Angela Anita Anja
    Anke Ankie Anna Anne Anneke Annelies Annemarie Annemiek Annet Annie Anouk Anton Arie Arjan Arjen Arno Astrid
    Ayşe Bart Bas Bastiaan Beatrijs Ben Bernadette Bernard Bert Bianca Bilal Bob Boris Bram Brigitte Carla Carlijn
    Carolien Caroline Cees Chantal Charlotte Chris Christa Christiaan Claudia Coen Cor Corrie Daan Danielle David
    Debby Denise Dennis Derk Desi Dewi Diana Dick Dirk Ed Eduard Eef Eline Ellen Elly Els Elsbeth Emine Emma Erik
    Erwin Esmee Esther Eva Evelien Evert Fatima Fatma Femke Ferry Fleur Floor Floris Frank Frans Fred Freek Frits
    Geert Gerard Gerda Gerrit Gert Gijs Gonnie Greet Greetje Guus Hakan Hamza Hanneke Hannie Hans Harm Harrie Harry
    Hasan Heleen Helma Hendrik Henk Henny Herman Hilde Huub Ibrahim Ilse Imane Ineke Inge Ingrid Irene Iris Ivo Jaap
    Jacqueline Jan Janneke Jannie Janny Jasmijn Jasper Jeanette Jelle Jenny Jeroen Jesse Jet Jo Joep Johan Johanna
    John Joke Jolanda Joost Joris Jos José Joyce Judith Julia Jurgen Karel Karim Karin Karlijn Kasia Kees Kevin
    Khadija Kim Klaas Koen Laila Lars Laura Leen Lena Leo Leonie Leyla Lianne Lidia Lieke Lies Linda Lisa Lisette
    Loes Lotte Louise Luc Lucas Luuk Maaike Maarten Malika Manon Marc Marcel Margreet Margriet Maria Marian Marieke
    Marijke Marina Marion Marit Marja Marjan Marjolein Mark Marko Marleen Marlies Martijn Martin Martine Mathijs
    Maud Max Mees Mehmet Melanie Merel Mia Michael Michel Michiel Mieke Mien Miep Miranda Mirjam Mohamed Mohammed
    Monique Mustafa Nadia Naima Natasja Nel Nick Nico Nicole Niels Nienke Nina Noor Nora Olga Omar Otto Pascal
    Patricia Patrick Paul Paula Peggy Petra Pien Piet Pieter Pim Quinten Rachid Ralf Ramon Remco Renate Renske Renée
    Ria Rian Rianne Richard Rick Rien Rob Robert Robin Roel Roelof Ron Ronald Roos Ruben Rudi Ruud Said Saida Samira
    Sander Sandra Sanne Sara Saskia Selma Sem Sharon Silvia Simon Simone Sjaak Sjoerd Sofie Soraya Stefan Steven
    Stijn Suzanne Sven Sylvia Tamara Tanja Teun Thea Theo Thijs Thomas Tim Tineke Tjeerd Tom Tonnie Tony Trudy Truus
    Vera Victor Vincent Wendy Werner Wesley Wil Wilco Willem Willemijn Wilma Wim Wouter Yara Yasmina Youssef Yusuf
    Yvonne Zeynep Zohra
    """.split()
)

# Names that are also words with which a Dutch or English sentence may begin.
ALSO_WORDS = frozenset(
    """
    Bas Ben Desi Door Fleur Floor Frank Iris Jet Kim Leen Lies Mark Max Mees Merel Nel Noor Rob Roos Said Sem Wil
    Will
    """.split()
)

# A name right after one of these, or right before one of those, belongs to a place or an organisation.
BEFORE = frozenset(
    """
    basisschool buurthuis café centrum dorp dorpshuis gemeente hotel huis inloophuis kerk moskee plein project
    restaurant san school sint st. stad stichting straat team vereniging welzijn wijk wijkcentrum woningcorporatie
    ziekenhuis zorggroep
    """.split()
)
AFTER = frozenset(
    """
    centrum college fonds foundation groep hof huis kerk kinderziekenhuis laan park plein school stichting straat
    vereniging weg welzijn wonen ziekenhuis zorg
    """.split()
)
