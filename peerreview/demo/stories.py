"""Short Dutch texts of the kind that reviewers and organisations write; a story fits its rating."""

from random import Random

HEARD = (
    "Vier van de zes {who} vertellen dat zij dit elke week zo doen.",
    "Twee {who} noemen zonder dat wij ernaar vragen een voorbeeld van de afgelopen maand.",
    "In het wijkteam hangt een overzicht waar iedereen zijn deel op bijhoudt.",
    "In drie van de vijf verslagen die wij lazen, staat hoe het is afgesproken.",
    "Aan tafel zeggen {who} dat zij hier trots op zijn.",
    "Bij de inloop zagen wij dat iemand rustig de tijd kreeg.",
)
WHO = ("vrijwilligers", "cliënten", "medewerkers", "inwoners", "teamleiders")
STORY = {
    "complies": (
        "Wij zagen dit op alle plekken waar wij kwamen. {who_} herkennen het en geven er eigen voorbeelden bij.",
        "Dit zit in de gewoonten van het team. Ook nieuwe collega’s weten na een maand hoe het gaat.",
        "Wat de norm vraagt, hoorden wij van {who} en vonden wij terug in de stukken.",
    ),
    "partly": (
        "Er is een goed begin. Op de ene locatie is het gewoonte, op de andere hangt het af van wie er werkt.",
        "De afspraak staat op papier en {who} kennen haar. In de praktijk komt er nog weinig van terug.",
        "Het gebeurt, maar niemand legt vast wat het oplevert. Daardoor leert het ene team niet van het andere.",
    ),
    "not": (
        "Wij vonden hier geen afspraak over. {who_} zeiden dat zij het zelf moeten uitzoeken.",
        "Het plan van vorig jaar is niet uitgevoerd. {who_} hoorden daar niets meer over.",
    ),
}
STRONG = (
    "persoonlijke aandacht, ook zonder aanleiding.",
    "medewerkers spreken elkaar er rustig op aan.",
    "inwoners denken vanaf het begin mee.",
    "het is kort en in gewone taal opgeschreven.",
    "de lijnen met de gemeente en de huisarts zijn kort.",
)
BETTER = (
    "spreek op elke locatie af wie invalt, en vertel het aan de vrijwilligers.",
    "bespreek twee keer per jaar met het hele team wat dit oplevert.",
    "leg de afspraak vast op één bladzijde en neem haar op in het inwerken.",
    "vertel melders binnen drie weken wat er met hun melding is gedaan.",
    "vraag cliënten zelf hoe zij dit merken, en doe iets zichtbaars met het antwoord.",
)
OWN = (
    "Wij doen dit in elk eerste gesprek en komen er na zes weken op terug. Op één locatie liep het door ziekte anders.",
    "Sinds vorig jaar bespreken wij dit in het teamoverleg. Vrijwilligers sluiten daar twee keer per jaar bij aan.",
    "Dit gaat goed in de wijkteams. Bij de activiteiten zijn wij er net mee begonnen.",
    "Wij hebben hiervoor een korte werkwijze. Nieuwe collega’s lopen eerst een week met iemand mee.",
)
WHOLE = {  # the five questions about the whole, each with two answers
    "well": (
        "We kennen onze wijken en de wijken kennen ons. Mensen lopen binnen zonder afspraak.",
        "Ons team is hecht. Wie vastloopt, heeft dezelfde dag iemand om mee te denken.",
    ),
    "share": (
        "De wijkronde met de wijkverpleegkundige: elke dinsdag twee straten, en in dezelfde week een gesprek.",
        "Onze ervaringsdeskundigen leiden het welkomstgesprek. Dat verandert de toon van alles wat volgt.",
    ),
    "not_yet": (
        "In de kleine kernen hebben we geen vaste plek. Daar bereiken we vooral wie ons al kent.",
        "We vragen veel, maar vertellen te weinig terug over wat we ermee deden.",
    ),
    "can_do": (
        "In elke kern één ochtend per week op een vaste plek zitten, samen met de bibliotheek.",
        "Na elk gesprek binnen drie weken laten weten wat ermee gebeurde.",
    ),
    "help": (
        "Wie van jullie werkt in een gebied met veel kleine dorpen, en hoe doen jullie dat?",
        "We zoeken voorbeelden van een jaarverslag dat inwoners echt lezen.",
    ),
}
ACTION = (
    "Vaste invaller voor begeleiders op elke locatie",
    "Elke melder hoort binnen drie weken iets terug",
    "Jaarverslag in gewone taal, besproken in drie buurthuizen",
    "Elke maand losse vragen naast elkaar leggen in het team",
    "Cliëntenraad leest de werkwijze mee voor zij ingaat",
)
HELPED = (
    "Jullie stelden open vragen en namen de tijd.",
    "Fijn dat jullie ook met vrijwilligers spraken, zonder ons erbij.",
    "Het rapport noemt voorbeelden. Daar kunnen onze teams iets mee.",
    "",
)
TAKEN = (
    "Bij binnenkomst schenkt een vrijwilliger koffie en vraagt wat iemand komt doen. Dat kan bij onze balie ook.",
    "Elke maand een uur losse vragen naast elkaar leggen. Wij doen dat nu alleen als het misgaat.",
    "De cliëntenraad leest nieuwe werkwijzen mee voordat ze ingaan.",
    "Nieuwe collega’s lopen eerst een week met iemand mee.",
)
NEXT_TIME = (
    "De dag was vol. Liever een gesprek minder.",
    "Stuur het programma een week eerder.",
    "Bij een paar normen was het verhaal kort.",
    "",
)


def observation(random: Random) -> str:
    return random.choice(HEARD).format(who=random.choice(WHO))


def story(rating: str, random: Random) -> str:
    who = random.choice(WHO)
    return random.choice(STORY[rating]).format(who=who, who_=who.capitalize())
