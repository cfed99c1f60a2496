"""Names that nobody bears for organisations, and common names for people; chosen by a seeded generator."""

from random import Random

FIRST = (
    "Linden Brug Haven Groene Kant Maas Polder Rijn Heide Stroom Weef Vecht Zilver Stads Water Berken Eiken Dorps "
    "Molen Klaver Zonne Wilgen Kade Duin Veer Terp Noorder Zuider Ooster Wester Essen Beuken Appel Linde Sluis Gracht "
    "Weide Kering Vlier Hazel Roer Schelde IJssel Merwe Lauwer Kroon Anker Toren Markt Buurt Wijk Hart Spoor Ketel "
    "Loof Merel Zwaluw Leeuwerik Kievit Ree Egel Bever Klok Lantaarn Raam Drempel Deel Erf Plein Hof Akker Gaard Kamp"
).split()
LAST = (
    "hof veld waard licht lijn bocht hart kade zoom oever werk brug punt hoek kring huis plein tuin gaarde bron "
    "weg kant raad poort stee dijk wal duin eng es land laan baken"
).split()
KIND = ("", "", "", " Welzijn", " Welzijn", " Sociaal Werk", " Maatschappelijk Werk", " Jongerenwerk", " Samen")
GIVEN = (
    "Samira Joost Renske Mo Tineke Karim Merel Tim Fatma Hanneke Pieter Lotte Ahmed Sanne Wouter Nadia Bram Yasmin "
    "Koen Marijke Ruben Aïsha Jeroen Femke Youssef Annelies Daan Esra Maarten Ilse Hamza Carla Thijs Noor Gerrit "
    "Zeynep Bas Willemijn Rachid Jolanda Niels Soraya Henk Eva Bilal Margriet Sjoerd Leila Arjan Petra"
).split()
FAMILY = (
    "de Vries|Jansen|El Idrissi|van den Berg|Bakker|Visser|Yilmaz|Smit|Meijer|de Boer|Mulder|Hoekstra|de Groot|Bos|Vos|"
    "Peters|Hendriks|van Leeuwen|Dekker|Bouzid|Brouwer|de Wit|Dijkstra|Postma|van Dalen|Oosterhuis|Kaya|Kok|Jacobs|"
    "van Vliet|de Haan|Schouten|Demir|van Beek|Verhoeven|Koster|Prins|Huisman|Amrani|Postma|Kuiper|Veenstra|Kramer"
).split("|")


def organisation_names(count: int, random: Random, taken: tuple[str, ...] = ()) -> list[str]:
    """So many different names; the same for the same seed."""
    known = {name.casefold() for name in taken}
    names: list[str] = []
    while len(names) < count:
        core = random.choice(FIRST) + random.choice(LAST)
        if core.casefold() not in known:
            known.add(core.casefold())
            names.append(core + random.choice(KIND))
    return names


def person_name(random: Random) -> str:
    return f"{random.choice(GIVEN)} {random.choice(FAMILY)}"


def address_of(name: str, number: int) -> str:
    """An e-mail address under a domain that does not exist."""
    plain = "".join(c for c in name.casefold().replace(" ", ".") if c.isascii() and (c.isalpha() or c == "."))
    return f"{plain}.{number}@leden.onderling.example"
