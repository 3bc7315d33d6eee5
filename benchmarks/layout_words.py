"""The words of published tables in eight languages, with each language's way of writing numbers."""

from __future__ import annotations

from typing import NamedTuple

CODES = ("sv", "en", "de", "nb", "da", "fi", "fr", "nl")

# One line for each word: its key, then the word in the order of CODES.
_WORDS = """
place|Kommun|Municipality|Gemeinde|Kommune|Kommune|Kunta|Commune|Gemeente
region|Region|County|Land|Fylke|Region|Maakunta|Département|Provincie
item|Post|Item|Posten|Post|Post|Erä|Poste|Post
recipient|Mottagare|Recipient|Empfänger|Mottaker|Modtager|Saaja|Bénéficiaire|Ontvanger
amount|Belopp|Amount|Betrag|Beløp|Beløb|Määrä|Montant|Bedrag
total|Summa|Total|Summe|Sum|I alt|Yhteensä|Total|Totaal
grand|Totalt|Grand total|Gesamtsumme|Totalt|Total|Kaikki yhteensä|Total général|Eindtotaal
country|Hela landet|Whole country|Deutschland|Hele landet|Hele landet|Koko maa|France entière|Nederland
operations|Drift|Operations|Betrieb|Drift|Drift|Käyttömenot|Fonctionnement|Exploitatie
investment|Investeringar|Investment|Investitionen|Investeringer|Anlæg|Investoinnit|Investissement|Investeringen
grants|Bidrag|Grants|Zuschüsse|Tilskudd|Tilskud|Avustukset|Subventions|Subsidies
fees|Avgifter|Fees|Gebühren|Gebyrer|Gebyrer|Maksut|Redevances|Leges
other|Övrigt|Other|Sonstiges|Øvrig|Øvrigt|Muut|Autres|Overig
wages|Löner|Wages|Personalaufwand|Lønn|Løn|Palkat|Salaires|Lonen
rent|Lokaler|Premises|Mieten|Lokaler|Lokaler|Vuokrat|Locaux|Huisvesting
interest|Räntor|Interest|Zinsen|Renter|Renter|Korot|Intérêts|Rente
taxes|Skatteintäkter|Taxes|Steuern|Skatteinntekter|Skatter|Verotulot|Impôts|Belastingen
sales|Försäljning|Sales|Umsatzerlöse|Salgsinntekter|Salg|Myyntitulot|Ventes|Omzet
budget|Budget|Budget|Plan|Budsjett|Budget|Talousarvio|Budget|Begroting
outcome|Utfall|Actual|Ist|Regnskap|Regnskab|Toteuma|Réalisé|Realisatie
difference|Avvikelse|Variance|Abweichung|Avvik|Afvigelse|Poikkeama|Écart|Verschil
used|Förbrukat|Used|Ausschöpfung|Forbrukt|Forbrug|Käytetty|Consommé|Besteed
share|Andel|Share|Anteil|Andel|Andel|Osuus|Part|Aandeel
change|Förändring|Change|Veränderung|Endring|Ændring|Muutos|Évolution|Mutatie
price|À-pris|Unit price|Einzelpreis|Pris|Enhedspris|Yksikköhinta|Prix unitaire|Prijs
quantity|Antal|Quantity|Menge|Antall|Antal|Kappaletta|Quantité|Aantal
number|Antal ärenden|Cases|Fälle|Antall saker|Antal sager|Tapauksia|Nombre de dossiers|Aantal zaken
mean|Medelbelopp|Average|Durchschnitt|Gjennomsnitt|Gennemsnit|Keskiarvo|Moyenne|Gemiddelde
men|Män|Men|Männer|Menn|Mænd|Miehet|Hommes|Mannen
women|Kvinnor|Women|Frauen|Kvinner|Kvinder|Naiset|Femmes|Vrouwen
both|Totalt|Total|Insgesamt|I alt|I alt|Yhteensä|Ensemble|Totaal
year|Helår|Full year|Jahr|Hele året|Hele året|Koko vuosi|Année|Jaar
quarter|Kv|Q|Q|Kv|Kv|Q|T|K
opening|Ingående balans|Opening balance|Anfangsbestand|Inngående balanse|Primo|Alkusaldo|Solde initial|Beginstand
additions|Inköp|Additions|Zugänge|Tilgang|Tilgang|Lisäykset|Acquisitions|Aanschaffingen
disposals|Försäljningar och utrangeringar|Disposals|Abgänge|Avgang|Afgang|Vähennykset|Cessions|Desinvesteringen
depreciation|Årets avskrivningar|Depreciation|Abschreibungen|Avskrivninger|Afskrivninger|Poistot|Amortissements|Afschrijvingen
closing|Utgående balans|Closing balance|Endbestand|Utgående balanse|Ultimo|Loppusaldo|Solde final|Eindstand
date|Datum|Date|Datum|Dato|Dato|Päivä|Date|Datum
entry|Händelse|Entry|Buchung|Tekst|Tekst|Selite|Libellé|Omschrijving
balance|Saldo|Balance|Saldo|Saldo|Saldo|Saldo|Solde|Saldo
paid_in|Insättning|Paid in|Einzahlung|Innbetaling|Indbetaling|Panot|Crédit|Bij
paid_out|Uttag|Paid out|Auszahlung|Utbetaling|Udbetaling|Otot|Débit|Af
cumulative|Ackumulerat|Cumulative|Kumuliert|Akkumulert|Akkumuleret|Kertymä|Cumul|Cumulatief
income|Summa intäkter|Total income|Summe Erträge|Sum inntekter|Indtægter i alt|Tuotot yhteensä|Total des produits|Totaal baten
costs|Summa kostnader|Total costs|Summe Aufwendungen|Sum kostnader|Omkostninger i alt|Kulut yhteensä|Total des charges|Totaal lasten
result|Årets resultat|Result for the year|Jahresergebnis|Årsresultat|Årets resultat|Tilikauden tulos|Résultat de l'exercice|Resultaat
ofwhich|varav|of which|davon|herav|heraf|josta|dont|waarvan
population|Folkmängd|Population|Einwohner|Folkemengde|Folketal|Väkiluku|Population|Inwoners
perhead|Per invånare|Per head|Je Einwohner|Per innbygger|Pr. indbygger|Asukasta kohti|Par habitant|Per inwoner
votes|Röster|Votes|Stimmen|Stemmer|Stemmer|Äänet|Voix|Stemmen
candidate|Kandidat|Candidate|Kandidat|Kandidat|Kandidat|Ehdokas|Candidat|Kandidaat
precinct|Valdistrikt|Precinct|Wahlbezirk|Valgkrets|Afstemningsområde|Äänestysalue|Bureau de vote|Stembureau
blank|Blanka röster|Blank votes|Ungültige Stimmen|Blanke stemmer|Blanke stemmer|Tyhjiä|Bulletins blancs|Blanco stemmen
eligible|Röstberättigade|Eligible voters|Wahlberechtigte|Stemmeberettigede|Stemmeberettigede|Äänioikeutettuja|Inscrits|Kiesgerechtigden
turnout|Valdeltagande|Turnout|Wahlbeteiligung|Valgdeltakelse|Valgdeltagelse|Äänestysprosentti|Participation|Opkomst
weight|Vikt|Weight|Gewicht|Vekt|Vægt|Paino|Pondération|Gewicht
index|Index|Index|Index|Indeks|Indeks|Indeksi|Indice|Index
contribution|Bidrag till index|Weighted index|Beitrag|Bidrag til indeks|Bidrag til indeks|Vaikutus indeksiin|Contribution|Bijdrage
patients|Unika personer|Unique persons|Personen (ohne Doppelzählung)|Unike personer|Unikke personer|Eri henkilöitä|Personnes distinctes|Unieke personen
visits|Besök|Visits|Besuche|Besøk|Besøg|Käynnit|Visites|Bezoeken
calls|Telefonsamtal|Calls|Anrufe|Telefonsamtaler|Telefonopkald|Puhelut|Appels|Telefoongesprekken
month|Månad|Month|Monat|Måned|Måned|Kuukausi|Mois|Maand
age|Ålder|Age|Alter|Alder|Alder|Ikä|Âge|Leeftijd
assets|Summa tillgångar|Total assets|Summe Aktiva|Sum eiendeler|Aktiver i alt|Vastaavaa yhteensä|Total de l'actif|Totaal activa
liabilities|Summa skulder|Total liabilities|Summe Verbindlichkeiten|Sum gjeld|Gældsforpligtelser i alt|Velat yhteensä|Total des dettes|Totaal schulden
equity|Eget kapital|Equity|Eigenkapital|Egenkapital|Egenkapital|Oma pääoma|Capitaux propres|Eigen vermogen
both_sides|Summa skulder och eget kapital|Total equity and liabilities|Summe Passiva|Sum egenkapital og gjeld|Passiver i alt|Vastattavaa yhteensä|Total du passif|Totaal passiva
net|Netto|Net|Netto|Netto|Netto|Veroton|HT|Netto
vat|Moms|VAT|MwSt.|Mva.|Moms|ALV|TVA|Btw
gross|Brutto|Gross|Brutto|Brutto|Brutto|Verollinen|TTC|Bruto
deferred|Summa uppskjuten skattefordran|Total deferred tax asset|Summe aktive latente Steuern|Sum utsatt skattefordel|Udskudt skatteaktiv i alt|Laskennalliset verosaamiset yhteensä|Total des impôts différés actifs|Totaal latente belastingvorderingen
code|Kod|Code|Nr.|Kode|Kode|Koodi|Code|Code
hours|Timmar|Hours|Stunden|Timer|Timer|Tunnit|Heures|Uren
memo|Antal anställda|Number of staff|Zahl der Beschäftigten|Antall ansatte|Antal ansatte|Henkilöstömäärä|Effectif|Aantal medewerkers
thousands|Belopp i tkr|EUR thousand|in Tsd. Euro|Beløp i 1 000 kr|1.000 kr.|1 000 euroa|En milliers d'euros|x € 1.000
millions|Miljoner kronor|EUR million|in Mio. Euro|Millioner kroner|Mio. kr.|Miljoonaa euroa|En millions d'euros|x € 1 miljoen
currency|kronor|EUR|Euro|kroner|kr.|euroa|euros|euro
"""

# One line for each language, in the order of CODES.
_PLACES = """
Alvesta,Borgholm,Dorotea,Eksjö,Falun,Gnosjö,Hagfors,Kalix,Kiruna,Laxå,Lerum,Malå,Mora,Nora,Orust,Piteå,Säter,Tibro,Umeå,Vara,Upplands-Bro,Östra Göinge
Ashford,Bath,Corby,Derby,Exeter,Fareham,Gosport,Hastings,Ipswich,Kendal,Lincoln,Mansfield,Newport,Oxford,Preston,Redditch,St Albans,Truro,Wells,York,King's Lynn,Bury St Edmunds
Aachen,Bochum,Celle,Dresden,Erfurt,Fulda,Gera,Halle,Ingolstadt,Jena,Kassel,Lübeck,Mainz,Neuss,Oldenburg,Passau,Rostock,Siegen,Trier,Ulm,Bad Homburg,Würzburg
Alta,Bergen,Drammen,Elverum,Flekkefjord,Grimstad,Hamar,Kongsberg,Larvik,Molde,Narvik,Orkdal,Porsgrunn,Røros,Skien,Tromsø,Ullensvang,Vadsø,Voss,Ålesund,Nord-Fron,Øvre Eiker
Aalborg,Billund,Dragør,Esbjerg,Fredericia,Gentofte,Herning,Ikast-Brande,Kolding,Lemvig,Morsø,Nyborg,Odense,Randers,Silkeborg,Thisted,Varde,Viborg,Ærø,Aabenraa,Faaborg-Midtfyn,Sorø
Akaa,Espoo,Forssa,Hamina,Imatra,Joensuu,Kemi,Lahti,Mikkeli,Nokia,Oulu,Pori,Raisio,Salo,Tornio,Ulvila,Vaasa,Ylöjärvi,Äänekoski,Kuopio,Pedersören kunta,Naantali
Amiens,Brest,Caen,Dijon,Évry,Fréjus,Grasse,Hyères,Issoire,Laval,Metz,Nancy,Orléans,Pau,Quimper,Reims,Sète,Tours,Uzès,Vannes,Aix-en-Provence,Saint-Denis
Almere,Breda,Coevorden,Delft,Ede,Franeker,Gouda,Hoorn,IJsselstein,Kampen,Leiden,Meppel,Nijmegen,Oss,Purmerend,Rijswijk,Sneek,Tiel,Urk,Venlo,'s-Hertogenbosch,Bergen op Zoom
"""
_ITEMS = """
Grundskola,Gymnasieskola,Äldreomsorg,Räddningstjänst,Gator och parker,Kultur och fritid,Vatten och avlopp,Kollektivtrafik,Försörjningsstöd,Bibliotek,Fastigheter,Miljöskydd,Förskola,Stadsbyggnad
Primary schools,Secondary schools,Elderly care,Fire service,Roads and parks,Culture and sport,Water supply,Public transport,Income support,Libraries,Property,Environment,Nurseries,Planning
Grundschulen,Gymnasien,Altenpflege,Feuerwehr,Straßen und Grünflächen,Kultur und Sport,Wasserversorgung,Nahverkehr,Sozialhilfe,Bibliotheken,Liegenschaften,Umweltschutz,Kindergärten,Bauaufsicht
Grunnskole,Videregående skole,Eldreomsorg,Brannvern,Veier og parker,Kultur og idrett,Vann og avløp,Kollektivtrafikk,Sosialhjelp,Bibliotek,Eiendom,Miljøvern,Barnehage,Plan og bygg
Folkeskole,Ungdomsuddannelse,Ældrepleje,Redningsberedskab,Veje og parker,Kultur og fritid,Forsyning,Kollektiv trafik,Kontanthjælp,Biblioteker,Ejendomme,Miljø,Daginstitutioner,Byplan
Perusopetus,Lukiokoulutus,Vanhustenhoito,Pelastustoimi,Kadut ja puistot,Kulttuuri ja liikunta,Vesihuolto,Joukkoliikenne,Toimeentulotuki,Kirjastot,Kiinteistöt,Ympäristönsuojelu,Varhaiskasvatus,Kaavoitus
Écoles primaires,Lycées,Personnes âgées,Incendie et secours,Voirie et parcs,Culture et sport,Eau potable,Transports publics,Action sociale,Bibliothèques,Patrimoine,Environnement,Crèches,Urbanisme
Basisonderwijs,Voortgezet onderwijs,Ouderenzorg,Brandweer,Wegen en parken,Cultuur en sport,Watervoorziening,Openbaar vervoer,Bijstand,Bibliotheken,Vastgoed,Milieu,Kinderopvang,Ruimtelijke ordening
"""
_MONTHS = """
januari,februari,mars,april,maj,juni,juli,augusti,september,oktober,november,december
January,February,March,April,May,June,July,August,September,October,November,December
Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember
januar,februar,mars,april,mai,juni,juli,august,september,oktober,november,desember
januar,februar,marts,april,maj,juni,juli,august,september,oktober,november,december
tammikuu,helmikuu,maaliskuu,huhtikuu,toukokuu,kesäkuu,heinäkuu,elokuu,syyskuu,lokakuu,marraskuu,joulukuu
janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre
januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december
"""
_SECTIONS = """
Norra länet,Södra länet,Västra länet,Östra länet
Northern district,Southern district,Western district,Eastern district
Bezirk Nord,Bezirk Süd,Bezirk West,Bezirk Ost
Nordre distrikt,Søndre distrikt,Vestre distrikt,Østre distrikt
Nordlige distrikt,Sydlige distrikt,Vestlige distrikt,Østlige distrikt
Pohjoinen piiri,Eteläinen piiri,Läntinen piiri,Itäinen piiri
Secteur nord,Secteur sud,Secteur ouest,Secteur est
District Noord,District Zuid,District West,District Oost
"""
# A title, and a sentence with the place of a stated total.
_TITLES = """
Fördelning {year}~Regeringen fördelar {total} kronor enligt tabellen.
Allocation {year}~A total of {total} euros is allocated as follows.
Verteilung {year}~Insgesamt werden {total} Euro wie folgt verteilt.
Fordeling {year}~Det fordeles {total} kroner som vist i tabellen.
Fordeling {year}~Der fordeles i alt {total} kr. som vist i tabellen.
Jakauma {year}~Avustuksia jaetaan yhteensä {total} euroa seuraavasti.
Répartition {year}~Un total de {total} euros est réparti comme suit.
Verdeling {year}~In totaal wordt {total} euro als volgt verdeeld.
"""
# Separators of groups, each as likely, and the decimal mark.
_NUMBERS = {
    "sv": ((" ", " ", "\u00a0", ""), ","),
    "en": ((",", ",", ",", ""), "."),
    "de": ((".", ".", ".", ""), ","),
    "nb": ((" ", " ", "\u00a0", ""), ","),
    "da": ((".", ".", ".", ""), ","),
    "fi": ((" ", " ", "\u00a0", ""), ","),
    "fr": ((" ", "\u202f", "\u00a0", ""), ","),
    "nl": ((".", ".", ".", ""), ","),
}
_PEOPLE = (
    "Berg,Nilsson,Dahl,Ek,Lund,Forsman",
    "Carter,Hughes,Nash,Patel,Reid,Walsh",
    "Bauer,Fischer,Krause,Lang,Vogel,Wolf",
    "Aasen,Bakke,Haugen,Lie,Moen,Solberg",
    "Bach,Friis,Holm,Juhl,Krogh,Skov",
    "Aalto,Heino,Koski,Laine,Niemi,Salo",
    "Blanc,Caron,Faure,Morel,Petit,Roche",
    "Bakker,Dekker,Mulder,Smit,Visser,Vos",
)


class Language(NamedTuple):
    """The words, names and numbers of one language."""

    code: str
    words: dict[str, str]
    places: list[str]
    items: list[str]
    months: list[str]
    sections: list[str]
    people: list[str]
    title: str
    stated: str
    groups: tuple[str, ...]
    decimal: str


def _lists(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.strip().splitlines()]


def _languages() -> dict[str, Language]:
    lines = [line.split("|") for line in _WORDS.strip().splitlines()]
    titles = [line.split("~") for line in _TITLES.strip().splitlines()]
    named = [_lists(text) for text in (_PLACES, _ITEMS, _MONTHS, _SECTIONS)]
    found = {}
    for at, code in enumerate(CODES):
        words = {key: names[at] for key, *names in lines}
        places, items, months, sections = (lines[at] for lines in named)
        groups, decimal = _NUMBERS[code]
        title, stated = titles[at]
        people = _PEOPLE[at].split(",")
        found[code] = Language(code, words, places, items, months, sections, people, title, stated, groups, decimal)
    return found


LANGUAGES = _languages()
