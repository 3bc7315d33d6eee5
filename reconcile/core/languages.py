"""Words and marks that figures are printed with, language by language.

To teach the program a language, add one entry to ``LANGUAGES``. The marks of a locale stand in ``core.separators``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SPACES = " \u00a0\u2007\u2009\u202f"
APOSTROPHES = "'\u2019"
MINUSES = "-\u2212\u2013"
WORD = re.compile(r"[^\W\d_]+")

# Hedges and how each bends the interval of the amount that follows: just under it, over it, or on both sides.
BELOW, ABOVE, AROUND, AT_MOST, AT_LEAST = "below", "above", "around", "at-most", "at-least"


class Language(NamedTuple):
    """What one language contributes. All words are lower case; ``letters`` are those it is usually written with beside a to z.

    ``headings`` are words that stand in the headers and first columns of tables, where there are no sentences.
    """

    locale: str
    function_words: str
    totals: str
    hedges: Mapping[str, str] = MappingProxyType({})
    units: str = ""
    tens: str = ""
    tens_first: bool = True
    joiner: str = ""
    krona: str | None = None
    half: Mapping[str, str] = MappingProxyType({})
    and_a_half: str = ""
    letters: str = ""
    headings: str = ""


LANGUAGES: dict[str, Language] = {
    "sv": Language(
        "sv_SE",
        "och att för som till av är på med det den om inte ett en har från eller enligt under",
        "summa summan totalt total totalsumma sammanlagt samtliga riket slutsumma delsumma summor delsummor",
        {
            "nästan": BELOW,
            "nära": BELOW,
            "närmare": BELOW,
            "knappt": BELOW,
            "drygt": ABOVE,
            "över": ABOVE,
            "lite över": ABOVE,
            "mer än": AT_LEAST,
            "minst": AT_LEAST,
            "cirka": AROUND,
            "ca": AROUND,
            "omkring": AROUND,
            "ungefär": AROUND,
            "runt": AROUND,
            "upp till": AT_MOST,
            "högst": AT_MOST,
            "inte mer än": AT_MOST,
        },
        "noll en,ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton",
        "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
        krona="SEK",
        half={"halv": "0.5", "en halv": "0.5"},
        and_a_half="och en halv",
        letters="åäöé",
    ),
    "nb": Language(
        "nb_NO",
        "og til for som av er på med det den om ikke et en har fra eller etter ble å",
        "sum totalt total samlet tilsammen hele totalsum delsum sluttsum samla",
        {
            "nesten": BELOW,
            "nær": BELOW,
            "nærmere": BELOW,
            "knapt": BELOW,
            "drøyt": ABOVE,
            "over": ABOVE,
            "vel": ABOVE,
            "mer enn": AT_LEAST,
            "minst": AT_LEAST,
            "cirka": AROUND,
            "ca": AROUND,
            "om lag": AROUND,
            "rundt": AROUND,
            "omtrent": AROUND,
            "inntil": AT_MOST,
            "opptil": AT_MOST,
        },
        "null en,ett,én to tre fire fem seks sju,syv åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tjue tretti førti femti seksti sytti åtti nitti",
        krona="NOK",
        half={"halv": "0.5", "en halv": "0.5", "halvannen": "1.5"},
        letters="æøåéòô",
    ),
    "da": Language(
        "da_DK",
        "og til for som af er på med det den om ikke et en har fra eller efter blev at",
        "sum total totalt ialt samlet tilsammen sammenlagt totalsum delsum subtotal",
        {
            "næsten": BELOW,
            "knap": BELOW,
            "knapt": BELOW,
            "godt": ABOVE,
            "over": ABOVE,
            "mere end": AT_LEAST,
            "mindst": AT_LEAST,
            "cirka": AROUND,
            "ca": AROUND,
            "omkring": AROUND,
            "omtrent": AROUND,
            "op til": AT_MOST,
        },
        "nul en,et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems",
        tens_first=False,
        joiner="og",
        krona="DKK",
        half={"halv": "0.5", "en halv": "0.5", "halvanden": "1.5"},
        letters="æøåé",
        headings="nord syd øst vest år måned beløb antal navn øvrige kommune",
    ),
    "is": Language(
        "is_IS",
        "og að í á til sem er við um ekki frá eða eftir",
        "samtals alls heild samanlagt heildarsumma",
        {"nærri": BELOW, "tæplega": BELOW, "rúmlega": ABOVE, "yfir": ABOVE, "um": AROUND, "allt að": AT_MOST},
        krona="ISK",
        letters="áðéíóúýþæö",
        headings="norður suður austur vestur ár mánuður fjárhæð fjöldi nafn annað",
    ),
    "fi": Language(
        "fi_FI",
        "ja on että ei se tai kuin mukaan vuonna sekä ovat myös",
        "yhteensä yht summa kaikkiaan loppusumma välisumma kokonaissumma",
        {
            "lähes": BELOW,
            "vajaa": BELOW,
            "vajaat": BELOW,
            "runsas": ABOVE,
            "runsaat": ABOVE,
            "yli": ABOVE,
            "noin": AROUND,
            "enintään": AT_MOST,
            "vähintään": AT_LEAST,
        },
        "nolla yksi kaksi,kahden kolme,kolmen neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen",
        half={"puoli": "0.5", "puolitoista": "1.5"},
        letters="åäö",
    ),
    "de": Language(
        "de_DE",
        "und der die das für von den dem mit ist im auf nicht ein eine werden nach oder an",
        "summe gesamt insgesamt gesamtsumme zusammen zwischensumme total summen endsumme teilsumme gesamtbetrag gesamtergebnis",
        {
            "fast": BELOW,
            "knapp": BELOW,
            "beinahe": BELOW,
            "nahezu": BELOW,
            "gut": ABOVE,
            "über": ABOVE,
            "mehr als": AT_LEAST,
            "mindestens": AT_LEAST,
            "rund": AROUND,
            "etwa": AROUND,
            "circa": AROUND,
            "ca": AROUND,
            "bis zu": AT_MOST,
            "höchstens": AT_MOST,
        },
        "null ein,eine,einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        tens_first=False,
        joiner="und",
        half={"halbe": "0.5", "eine halbe": "0.5", "anderthalb": "1.5", "eineinhalb": "1.5"},
        letters="äöüß",
        headings="nord süd ost jahr monat betrag anzahl bezeichnung sonstige übrige gemeinde kreis",
    ),
    "fr": Language(
        "fr_FR",
        "et le la les des du de pour est dans une un par sur avec pas au aux",
        "total totale totaux totales ensemble somme",
        {
            "près de": BELOW,
            "presque": BELOW,
            "plus de": AT_LEAST,
            "au moins": AT_LEAST,
            "environ": AROUND,
            "quelque": AROUND,
            "jusqu'à": AT_MOST,
            "au plus": AT_MOST,
        },
        "zéro un,une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        half={"un demi": "0.5"},
        letters="àâæçéèêëîïôœùûüÿ",
    ),
    "it": Language(
        "it_IT",
        "e il la di per che è del della dei con non un una nel alla",
        "totale totali complessivo complessiva somma subtotale subtotali",
        {"quasi": BELOW, "oltre": ABOVE, "più di": AT_LEAST, "almeno": AT_LEAST, "circa": AROUND, "fino a": AT_MOST},
        "zero un,uno,una due tre quattro cinque sei sette otto nove dieci undici dodici",
        letters="àèéìòù",
        headings="nord sud est ovest anno mese importo numero nome altri comune provincia",
    ),
    "es": Language(
        "es_ES",
        "y el la los las de para que es del con no un una en por",
        "total totales suma sumas subtotal subtotales",
        {"casi": BELOW, "más de": AT_LEAST, "al menos": AT_LEAST, "unos": AROUND, "cerca de": AROUND, "hasta": AT_MOST},
        "cero un,uno,una dos tres cuatro cinco seis siete ocho nueve diez once doce",
        letters="áéíñóúü",
        headings="norte sur este oeste año mes importe número nombre otros municipio provincia",
    ),
    "pt": Language(
        "pt_PT",
        "e o a os as de para que é do da com não um uma em por",
        "total totais soma somas subtotal subtotais",
        {"quase": BELOW, "mais de": AT_LEAST, "pelo menos": AT_LEAST, "cerca de": AROUND, "até": AT_MOST},
        "zero um,uma dois,duas três quatro cinco seis sete oito nove dez onze doze",
        letters="àáâãçéêíóôõú",
        headings="norte sul leste oeste ano mês valor número nome outros município",
    ),
    "nl": Language(
        "nl_NL",
        "en de het van voor is met een op te niet dat die door aan",
        "totaal totalen som subtotaal eindtotaal tezamen",
        {
            "bijna": BELOW,
            "ruim": ABOVE,
            "meer dan": AT_LEAST,
            "minstens": AT_LEAST,
            "ongeveer": AROUND,
            "circa": AROUND,
            "maximaal": AT_MOST,
        },
        "nul een,één twee drie vier vijf zes zeven acht negen tien elf twaalf",
        letters="éèëïöü",
        headings="noord zuid oost jaar maand bedrag aantal naam overige gemeente provincie",
    ),
    "pl": Language(
        "pl_PL",
        "i w na do dla że jest z nie się oraz od przez",
        "razem suma ogółem łącznie podsuma",
        {"prawie": BELOW, "niemal": BELOW, "ponad": ABOVE, "około": AROUND, "do": AT_MOST, "co najmniej": AT_LEAST},
        "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
        letters="ąćęłńóśźż",
    ),
    "cs": Language(
        "cs_CZ",
        "na se je že pro ze jsou nebo podle které jako byl také roku",
        "celkem celkově součet mezisoučet úhrn úhrnem souhrn",
        {
            "téměř": BELOW,
            "přes": ABOVE,
            "asi": AROUND,
            "přibližně": AROUND,
            "zhruba": AROUND,
            "nejvýše": AT_MOST,
            "nejméně": AT_LEAST,
        },
        letters="áčďéěíňóřšťúůýž",
    ),
    "sk": Language(
        "sk_SK",
        "na sa je že pre zo sú alebo podľa ktoré ako bol tiež roku",
        "spolu celkom súčet medzisúčet úhrn úhrnom",
        {"takmer": BELOW, "vyše": ABOVE, "asi": AROUND, "približne": AROUND, "najviac": AT_MOST, "najmenej": AT_LEAST},
        letters="áäčďéíĺľňóôŕšťúýž",
    ),
    "hu": Language(
        "hu_HU",
        "az és hogy egy szerint vagy évi között illetve valamint",
        "összesen mindösszesen végösszeg részösszeg összesítés",
        {
            "közel": BELOW,
            "több mint": AT_LEAST,
            "körülbelül": AROUND,
            "kb": AROUND,
            "mintegy": AROUND,
            "legfeljebb": AT_MOST,
            "legalább": AT_LEAST,
        },
        letters="áéíóöőúüű",
    ),
    "sl": Language(
        "sl_SI",
        "na je se za ki pri ter iz leta tudi",
        "skupaj vsota seštevek",
        {
            "skoraj": BELOW,
            "več kot": AT_LEAST,
            "približno": AROUND,
            "okoli": AROUND,
            "največ": AT_MOST,
            "najmanj": AT_LEAST,
        },
        letters="čšž",
        headings="sever jug vzhod zahod leto mesec znesek število ime ostalo občina",
    ),
    "hr": Language(
        "hr_HR",
        "na je se za koji od te iz godine ili također",
        "ukupno sveukupno zbroj međuzbroj svega",
        {
            "gotovo": BELOW,
            "više od": AT_LEAST,
            "približno": AROUND,
            "oko": AROUND,
            "najviše": AT_MOST,
            "najmanje": AT_LEAST,
        },
        letters="čćđšž",
        headings="sjever jug istok zapad godina mjesec iznos broj naziv ostalo županija",
    ),
    "et": Language(
        "et_EE",
        "mis kui või aasta ning ka oma kohta tuleb",
        "kokku summa vahesumma üldsumma kogusumma",
        {
            "peaaegu": BELOW,
            "ligi": BELOW,
            "rohkem kui": AT_LEAST,
            "umbes": AROUND,
            "kuni": AT_MOST,
            "vähemalt": AT_LEAST,
        },
        letters="äõöüšž",
    ),
    "lv": Language(
        "lv_LV",
        "un ir ar uz kas gada pēc līdz vai arī",
        "kopā pavisam kopsumma starpsumma summa",
        {"gandrīz": BELOW, "vairāk nekā": AT_LEAST, "aptuveni": AROUND, "apmēram": AROUND, "vismaz": AT_LEAST},
        letters="āčēģīķļņšūž",
    ),
    "lt": Language(
        "lt_LT",
        "ir yra iš kad metų pagal nuo kaip bei arba dėl",
        "viso suma",
        {"beveik": BELOW, "daugiau kaip": AT_LEAST, "apie": AROUND, "maždaug": AROUND, "bent": AT_LEAST},
        letters="ąčęėįšųūž",
    ),
    "el": Language(
        "el_GR",
        "και το του της την των με για από στο στην που είναι να",
        "σύνολο σύνολα συνολο συνολα συνολικά άθροισμα αθροισμα",
        {"σχεδόν": BELOW, "πάνω από": AT_LEAST, "περίπου": AROUND, "έως": AT_MOST, "τουλάχιστον": AT_LEAST},
        letters="αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
        headings="έτος μήνας ποσό αριθμός όνομα λοιπά δήμος",
    ),
    "ro": Language(
        "ro_RO",
        "și şi în pe cu este pentru sau prin anul sunt",
        "total totaluri totală sumă suma subtotal",
        {
            "aproape": BELOW,
            "peste": ABOVE,
            "circa": AROUND,
            "aproximativ": AROUND,
            "cel mult": AT_MOST,
            "cel puțin": AT_LEAST,
        },
        letters="ăâîșşțţ",
        headings="nord sud est vest an lună valoare număr denumire altele județ",
    ),
    "en": Language(
        "en_US",
        "and the of for is in to with that was by not from as on are",
        "total totals sum subtotal subtotals altogether overall",
        {
            "almost": BELOW,
            "nearly": BELOW,
            "close to": BELOW,
            "just under": BELOW,
            "just over": ABOVE,
            "over": ABOVE,
            "more than": AT_LEAST,
            "at least": AT_LEAST,
            "about": AROUND,
            "around": AROUND,
            "approximately": AROUND,
            "some": AROUND,
            "roughly": AROUND,
            "up to": AT_MOST,
            "at most": AT_MOST,
            "no more than": AT_MOST,
            "not more than": AT_MOST,
        },
        "zero one,a two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        joiner="-",
        half={"half a": "0.5"},
        and_a_half="and a half",
        headings="north south east west northern southern eastern western year month amount number name other others county city state town district",
    ),
}


class Prose(NamedTuple):
    """What the sentences of one language say around amounts. Phrases are lower case and divided by commas.

    A star at the end of a word stands for any ending.
    """

    # What is all of it, and what is handed out.
    total: str
    distribution: str
    # What tells that a figure is of something less than the table.
    partly: str
    # ... and of what was asked for, which is another amount than what is granted.
    asked: str
    last_year: str
    this_year: str
    rises: str
    falls: str
    # *by* 5 per cent, *to* 112, *from* 105, *compared to* 105.
    by: str
    to: str
    origin: str
    compared: str
    # Is *19 per cent of*.
    share: str
    of: str
    average: str
    # Headers of columns that count things, and of such as hold a share or a change.
    counts: str
    # Who gets the most, more than half, half, twice as much as, each of.
    most: str
    majority: str
    half: str
    double: str
    every: str
    and_: str
    # *to* whom it goes.
    goes: str


PROSE: dict[str, Prose] = {
    "sv": Prose(
        total="totalt,totala,totalbeloppet,sammanlagt,sammanlagda,tillsammans,summan,summa,i allt,hela,samlat,samlade",
        distribution="fördela*,fördelning*,delas ut,dela ut,delar ut,utdela*,betalas ut,betalar ut,betalats ut,utbetal*,beviljas,beviljar,beviljat,anslås,anslår",
        partly="hittills,bland annat,exempelvis,till exempel,bl a,återstår,återstående,ytterligare,utöver",
        asked="sökt,sökta,sökte,söktes,ansökt,ansökte,ansöktes,ansökningar,ansökningarna,äskat,äskade,begärt,begärts",
        last_year="i fjol,förra året,förra årets,fjolårets,föregående år,föregående års,året före,året innan,året dessförinnan",
        this_year="i år,årets,innevarande år,detta år",
        rises="öka,ökar,ökade,ökat,ökas,ökning,ökningen,höjs,höjdes,höja,höjning,höjningen,stiger,steg,stigit,växer,växte",
        falls="minska,minskar,minskade,minskat,minskas,minskning,minskningen,sänks,sänktes,sänkning,sjunker,sjönk,sjunkit,faller,föll",
        by="med,på",
        to="till",
        origin="från",
        compared="jämfört med,mot,gentemot,i jämförelse med",
        share="motsvarar,motsvarande,utgör,utgjorde,vilket är,det är",
        of="av",
        average="i genomsnitt,genomsnitt,genomsnittet,genomsnittlig*,i snitt,per,medelvärde*,medianen",
        counts="antal,antalet,personer,elever,invånare",
        most="mest får,mest går till,får mest,får störst,störst belopp,största beloppet får,största bidraget går till,största bidraget får,största summan går till,mest pengar går till,mest pengar får",
        majority="den större delen,större delen,merparten,huvuddelen,mer än hälften",
        half="hälften,halva",
        double="dubbelt så mycket som,dubbelt så stort som,dubbelt så mycket,dubbelt",
        every="samtliga,alla",
        and_="och,samt",
        goes="till",
    ),
    "nb": Prose(
        total="totalt,totale,samlet,samlede,sammenlagt,til sammen,tilsammen,summen,sum,i alt,hele",
        distribution="fordele*,fordeling*,deles ut,dele ut,deler ut,utdel*,utbetal*,betales ut,betaler ut,bevilges,bevilger,bevilget",
        partly="hittil,blant annet,for eksempel,gjenstår,gjenstående,ytterligere,i tillegg",
        asked="søkt,søkte,omsøkt,søknader,søknadene",
        last_year="i fjor,forrige år,forrige års,fjorårets,året før,foregående år",
        this_year="i år,årets,inneværende år,dette året",
        rises="øke,øker,økte,økt,økes,økning,økningen,heves,stiger,steg,steget,vokser,vokste",
        falls="minke,minker,minket,reduseres,redusert,reduksjon,reduksjonen,synker,sank,sunket,faller,falt,nedgang,nedgangen,senkes",
        by="med,på",
        to="til",
        origin="fra",
        compared="sammenlignet med,sammenliknet med,mot",
        share="tilsvarer,tilsvarende,utgjør,utgjorde,det er",
        of="av",
        average="i gjennomsnitt,gjennomsnitt,gjennomsnittet,gjennomsnittlig*,i snitt,per,medianen",
        counts="antall,antallet,personer,elever,innbyggere",
        most="mest får,mest går til,får mest,får størst,størst beløp,mest penger går til,mest penger får",
        majority="størstedelen,størsteparten,mesteparten,hoveddelen,mer enn halvparten",
        half="halvparten",
        double="dobbelt så mye som,dobbelt så mye,dobbelt",
        every="samtlige,alle",
        and_="og,samt",
        goes="til",
    ),
    "da": Prose(
        total="totalt,totale,samlet,samlede,sammenlagt,tilsammen,til sammen,summen,sum,i alt,hele",
        distribution="fordele*,fordeling*,uddel*,udbetal*,bevilges,bevilger,bevilget,udlodde*",
        partly="hidtil,blandt andet,for eksempel,resterende,yderligere,desuden",
        asked="ansøgt,ansøgte,søgt,søgte,ansøgninger,ansøgningerne",
        last_year="sidste år,sidste års,forrige år,året før,foregående år",
        this_year="i år,årets,indeværende år,dette år",
        rises="øge,øges,øger,øgede,øget,stiger,steg,steget,stigning,stigningen,vokser,voksede,forøges,hæves",
        falls="falder,faldt,faldet,fald,faldet,mindskes,reduceres,reduceret,nedgang,sænkes,sænket",
        by="med,på",
        to="til",
        origin="fra",
        compared="sammenlignet med,mod,i forhold til",
        share="svarer til,svarende til,udgør,udgjorde,det er",
        of="af",
        average="i gennemsnit,gennemsnit,gennemsnittet,gennemsnitlig*,i snit,pr,per,medianen",
        counts="antal,antallet,personer,elever,indbyggere",
        most="mest får,mest går til,får mest,får størst,flest penge går til,flest penge får",
        majority="størstedelen,størsteparten,hovedparten,mere end halvdelen",
        half="halvdelen",
        double="dobbelt så meget som,dobbelt så meget,dobbelt",
        every="samtlige,alle",
        and_="og,samt",
        goes="til",
    ),
    "fi": Prose(
        total="yhteensä,kaikkiaan,kokonais*,summa,koko",
        distribution="jako,jaosta,jakauma,jaetaan,jakaa,jaettiin,jaettu,myönnetään,myönsi,myöntää,myönnettiin,maksetaan,maksettiin,kohdennetaan",
        partly="tähän mennessä,muun muassa,esimerkiksi,lisäksi",
        asked="haettu,haettiin,hakivat,hakemukset,hakemuksia",
        last_year="viime vuonna,viime vuoden,edellisvuonna,edellisenä vuonna,edellisvuoden,vuotta aiemmin",
        this_year="tänä vuonna,kuluvana vuonna,tämän vuoden",
        rises="kasvaa,kasvoi,kasvavat,kasvoivat,kasvu,nousee,nousi,nousevat,nousivat,nousu,lisääntyy,lisääntyi,korotetaan",
        falls="laskee,laski,laskevat,laskivat,lasku,vähenee,väheni,vähenevät,vähenivät,väheneminen,pienenee,pieneni",
        by="",
        to="",
        origin="",
        compared="verrattuna,kun",
        share="vastaa,vastasi,mikä on",
        of="",
        average="keskimäärin,keskiarvo*,kohden,kohti,mediaani*",
        counts="lukumäärä,määrä,henkilöä,oppilaita,asukkaita",
        most="eniten saa,saa eniten,suurimman summan saa,suurimman avustuksen saa",
        majority="suurin osa,valtaosa,yli puolet",
        half="puolet",
        double="kaksi kertaa niin paljon kuin,kaksi kertaa,kaksinkertaisesti",
        every="kaikki,kaikille",
        and_="ja,sekä",
        goes="",
    ),
    "en": Prose(
        total="total*,in all,altogether,sum,together,combined,overall,aggregate,aggregating,aggregated,in aggregate,entire,whole",
        distribution="distribut*,allocat*,paid out,pays out,disburs*,awarded,awards,award,granted,shared out,apportion*",
        partly="so far,to date,among others,for example,remaining,another,additional,in addition,annual fee,including",
        asked="applied for,applied,requested,asked for,applications,sought",
        last_year="last year,last year's,prior year,prior year's,previous year,previous year's,preceding year,the year before,a year earlier,a year ago,prior period",
        this_year="this year,this year's,current year,current year's",
        rises="increase,increases,increased,increasing,rise,rises,rose,risen,grow,grows,grew,grown,growth,up,higher,improved,improvement,gain",
        falls="decrease,decreases,decreased,decreasing,decline,declines,declined,fall,falls,fell,fallen,drop,drops,dropped,down,lower,reduction,reduced",
        by="by,of",
        to="to",
        origin="from",
        compared="compared to,compared with,versus,against,as compared to,as compared with,from",
        share="corresponds to,corresponding to,represents,represented,representing,accounts for,accounted for,accounting for,constitutes,makes up,equal to,equals,which is",
        of="of",
        average="on average,average,averaged,averaging,per,each,apiece,median,mean",
        counts="number,count,persons,pupils,students,households,inhabitants,units,shares",
        most="receives the most,receives most,gets the most,gets most,the largest grant goes to,the largest amount goes to,the largest share goes to,most goes to",
        majority="most of,the majority of,majority,more than half,the greater part,the larger part",
        half="half",
        double="twice as much as,twice as much,double,twice",
        every="all,all of the,each of the,every one of the",
        and_="and",
        goes="to",
    ),
    "de": Prose(
        total="insgesamt,gesamt*,zusammen,in summe,summe,total,im ganzen,alles in allem",
        distribution="verteil*,aufteilung,aufgeteilt,ausgezahlt,ausgeschüttet,bewillig*,zugewiesen,zugeteilt,vergeben",
        partly="bisher,bislang,unter anderem,zum beispiel,weitere,zusätzlich,darüber hinaus,verbleibend*",
        asked="beantragt*,anträge",
        last_year="im vorjahr,des vorjahres,vorjahr,vorjahres,im letzten jahr,letztes jahr,im vergangenen jahr,voriges jahr",
        this_year="dieses jahr,in diesem jahr,heuer,im laufenden jahr",
        rises="steigt,stieg,stiegen,steigen,gestiegen,steigerung,anstieg,zunahme,erhöht,erhöhen,erhöhte,erhöhung,wächst,wuchs,gewachsen",
        falls="sinkt,sank,sanken,sinken,gesunken,rückgang,abnahme,verringert,verringerte,fällt,fiel,gefallen,reduziert,senkung",
        by="um",
        to="auf",
        origin="von",
        compared="verglichen mit,gegenüber,im vergleich zu,nach",
        share="entspricht,entsprach,entspricht damit,macht,machte,das sind,ausmacht",
        of="von,der,des,an",
        average="im durchschnitt,durchschnitt,durchschnittlich*,im schnitt,im mittel,pro,je,median",
        counts="anzahl,zahl,personen,schüler,einwohner",
        most="am meisten erhält,am meisten bekommt,erhält am meisten,bekommt am meisten,das meiste erhält,den größten betrag erhält",
        majority="der größte teil,den größten teil,der größere teil,die mehrheit,mehr als die hälfte,großteil",
        half="die hälfte,hälfte",
        double="doppelt so viel wie,doppelt so viel,doppelt",
        every="alle,sämtliche,allen",
        and_="und,sowie",
        goes="an",
    ),
    "nl": Prose(
        total="totaal,totale,in totaal,samen,tezamen,in het totaal,bij elkaar,som,geheel",
        distribution="verdeel*,verdeling,verdelen,verdeeld,toegekend,uitgekeerd,uitbetaald,toegewezen",
        partly="tot nu toe,onder andere,bijvoorbeeld,daarnaast,bovendien,resterende",
        asked="aangevraagd*,gevraagd*,aanvragen",
        last_year="vorig jaar,afgelopen jaar,het jaar ervoor,voorgaand jaar,het voorgaande jaar",
        this_year="dit jaar,het lopende jaar",
        rises="stijgt,steeg,stegen,stijgen,gestegen,stijging,toename,neemt toe,nam toe,groeit,groeide,verhoogd,hoger",
        falls="daalt,daalde,daalden,dalen,gedaald,daling,afname,neemt af,nam af,verlaagd,lager",
        by="met",
        to="naar,tot",
        origin="van",
        compared="vergeleken met,tegenover,ten opzichte van,tegen",
        share="komt overeen met,goed voor,bedraagt,ofwel",
        of="van",
        average="gemiddeld,gemiddelde,per,mediaan",
        counts="aantal,personen,leerlingen,inwoners",
        most="het meeste krijgt,krijgt het meeste,krijgt het meest,het meeste gaat naar",
        majority="het grootste deel,het merendeel,merendeel,meer dan de helft",
        half="de helft,helft",
        double="twee keer zoveel als,twee keer zo veel als,dubbel zoveel als,twee keer zoveel,dubbel",
        every="alle",
        and_="en,alsmede",
        goes="naar",
    ),
    "fr": Prose(
        total="au total,total,totale,totaux,ensemble,en tout,somme,globale,global,au global",
        distribution="répart*,distribu*,versés,versées,versé,versée,attribu*,alloué*,octroy*",
        partly="jusqu'ici,à ce jour,notamment,par exemple,en outre,de plus,restant*,supplémentaire*",
        asked="demandé*,sollicité*,demandes",
        last_year="l'an dernier,l'année dernière,l'an passé,l'année précédente,l'exercice précédent",
        this_year="cette année,de l'année en cours",
        rises="augmente,augmentent,augmenté,augmentation,augmentera,hausse,progresse,progressé,progression,croît,croissance,passe,passent",
        falls="diminue,diminuent,diminué,diminution,baisse,baissent,baissé,recule,reculé,recul,réduction",
        by="de",
        to="à",
        origin="de",
        compared="par rapport à,contre,comparé à,comparés à",
        share="représente,représentait,représentant,soit,correspond à",
        of="de,du,des",
        average="en moyenne,moyenne,par,médiane",
        counts="nombre,personnes,élèves,habitants",
        most="reçoit le plus,le plus gros montant va à,obtient le plus,le montant le plus élevé va à",
        majority="la majeure partie,la plus grande partie,plus de la moitié,la majorité",
        half="la moitié,moitié",
        double="deux fois plus que,le double de,deux fois,double",
        every="les,toutes les,tous les,l'ensemble des",
        and_="et,ainsi que",
        goes="à",
    ),
}  # fmt: skip

HUNDREDS = {
    "sv": "hundra etthundra",
    "nb": "hundre",
    "da": "hundrede",
    "de": "hundert",
    "fi": "sata",
    "fr": "cent",
    "nl": "honderd",
}

# Total phrases of more than one word (the tables above hold single words).
TOTAL_PHRASES = (
    "i alt",
    "hela landet",
    "hele landet",
    "grand total",
    "sub total",
    "i allt",
    "au total",
    "til saman",
    "koko maa",
    "in totaal",
    "en total",
    "in totale",
    "iš viso",
)

# Words that open a caption which states what the table below distributes in all.
DISTRIBUTION_WORDS = frozenset(
    {
        "fördelning", "fördelningen", "fordeling", "fordelingen", "verteilung", "aufteilung", "distribution", "allocation",
        "répartition", "ripartizione", "distribución", "distribuição", "verdeling", "podział", "jako", "skipting",
    }
)  # fmt: skip

# Power of ten of a unit word. Case matters only for the abbreviations in CASED_SCALES.
SCALES: dict[str, int] = {
    "tusen": 3, "tusental": 3, "tusentals": 3, "tusind": 3, "tuhat": 3, "tuhatta": 3, "þúsund": 3, "tausend": 3, "tsd": 3,
    "mille": 3, "mil": 3, "duizend": 3, "tysiąc": 3, "tysięcy": 3, "tys": 3, "thousand": 3, "thousands": 3,
    "miljon": 6, "miljoner": 6, "milj": 6, "million": 6, "millions": 6, "millioner": 6, "millionen": 6, "miljoonaa": 6,
    "þús": 3, "tis": 3, "milljón": 6, "milljónir": 6, "mio": 6, "mill": 6, "mn": 6, "mln": 6, "milioni": 6, "milione": 6, "millones": 6,
    "millón": 6, "milhões": 6, "milhão": 6, "miljoen": 6, "milion": 6, "milionów": 6,
    "miljard": 9, "miljarder": 9, "milliard": 9, "milliards": 9, "milliarder": 9, "milliarde": 9, "milliarden": 9,
    "mrd": 9, "mdr": 9, "mia": 9, "md": 9, "mld": 9, "miljardia": 9, "miljarðar": 9, "miliardi": 9, "miliardo": 9,
    "miliard": 9, "miliardów": 9, "billion": 9, "billions": 9, "bn": 9,
    "biljon": 12, "biljoner": 12, "billioner": 12, "billionen": 12, "trillion": 12, "trillions": 12,
    "lakh": 5, "lakhs": 5, "lac": 5, "crore": 7, "crores": 7,
}  # fmt: skip
# What a word means in some languages only: "billion" is a million millions in long-scale languages, and "mil." short for a
# million in the languages of Central Europe.
SCALES_OF: dict[str, dict[str, int]] = {
    "de": {"billion": 12},
    "es": {"mil": 3, "miles": 3},
    "fr": {"billion": 12, "billions": 12},
    "nb": {"billion": 12},
    "pt": {"mil": 3},
    "da": {"billion": 12},
    "cs": {"tis": 3, "tisíc": 3, "mil": 6, "milionu": 6, "milionů": 6, "miliardy": 9, "miliarda": 9},
    "sk": {"tis": 3, "tisíc": 3, "mil": 6, "milióna": 6, "miliónov": 6, "miliardy": 9, "miliarda": 9},
    "hu": {"ezer": 3, "millió": 6, "milliárd": 9},
    "sl": {"tisoč": 3, "mil": 6, "mio": 6, "milijonov": 6, "milijarda": 9},
    "hr": {"tisuća": 3, "tis": 3, "mil": 6, "milijuna": 6, "milijarda": 9},
    "et": {"tuhat": 3, "miljonit": 6, "miljardit": 9},
    "lv": {"tūkst": 3, "tūkstoši": 3, "tūkstošu": 3, "miljoni": 6, "miljonu": 6, "miljardi": 9},
    "lt": {"tūkst": 3, "tūkstančių": 3, "milijonų": 6, "mlrd": 9, "milijardų": 9},
    "el": {"χιλ": 3, "χιλιάδες": 3, "εκατ": 6, "εκατομμύρια": 6, "δισ": 9, "δισεκατομμύρια": 9},
    "ro": {"mii": 3, "mil": 6, "milioane": 6, "miliarde": 9},
}

# Scales as titles state them, in plurals and cases: "milliers d'euros". Behind a figure most are other words, as "miles" is.
BROAD_SCALES: dict[str, int] = {
    "tusener": 3, "tusenvis": 3, "tusinder": 3, "tusende": 3, "tuhansia": 3, "tuhansina": 3, "tuhansissa": 3, "miljoonia": 6,
    "miljoonina": 6, "miljardeja": 9, "tausender": 3, "duizenden": 3, "miljoenen": 6, "miljarden": 9, "milliers": 3, "milliard": 9,
    "migliaia": 3, "milhares": 3, "bilhões": 9, "millares": 3, "tysiącach": 3, "milionach": 6, "tisících": 3, "milionech": 6,
    "ezrekben": 3, "tūkstančiais": 3, "tūkstošos": 3, "tuhandetes": 3, "þúsundum": 3, "milljónum": 6,
}  # fmt: skip

# Unit words that name scale and currency in one. The currency "kr" is settled by the language.
UNITS: dict[str, tuple[str, int]] = {
    "tkr": ("kr", 3), "kkr": ("kr", 3), "tkkr": ("kr", 3), "mkr": ("kr", 6), "mnkr": ("kr", 6), "miljkr": ("kr", 6),
    "mdkr": ("kr", 9), "mdrkr": ("kr", 9), "þkr": ("ISK", 3), "þúskr": ("ISK", 3), "makr": ("ISK", 9),
    "eft": ("HUF", 3), "mft": ("HUF", 6),
    "ksek": ("SEK", 3), "tsek": ("SEK", 3), "msek": ("SEK", 6), "mdsek": ("SEK", 9), "tnok": ("NOK", 3),
    "mnok": ("NOK", 6), "tdkk": ("DKK", 3), "mdkk": ("DKK", 6), "teur": ("EUR", 3), "keur": ("EUR", 3),
    "meur": ("EUR", 6), "mio€": ("EUR", 6), "t€": ("EUR", 3), "k€": ("EUR", 3), "m€": ("EUR", 6), "md€": ("EUR", 9),
    "€k": ("EUR", 3), "€m": ("EUR", 6), "€bn": ("EUR", 9), "£k": ("GBP", 3), "£m": ("GBP", 6), "£bn": ("GBP", 9),
    "$k": ("USD", 3), "$m": ("USD", 6), "$bn": ("USD", 9),
}  # fmt: skip

# Units that are abbreviated in two words: "m.kr.", "þús. kr.", "t. kr.", "e Ft", "M Ft".
DOTTED_UNIT = r"(?:þús|ma|[mtþ])\.[ \u00a0]?kr\b|[em][ \u00a0]?ft\b"

CURRENCIES: dict[str, str] = {
    "kr": "kr", "krona": "SEK", "kronor": "SEK", "kronors": "SEK", "kronorna": "SEK", "kronornas": "SEK", "kronene": "kr", "kronerne": "kr", "kroner": "kr", "krone": "kr", "króna": "ISK",
    "krónur": "ISK", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "isk": "ISK",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "euroja": "EUR",
    "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD", "dollars": "USD",
    "£": "GBP", "gbp": "GBP", "pounds": "GBP", "pund": "GBP",
    "₹": "INR", "inr": "INR", "rs": "INR", "rupees": "INR", "rupee": "INR",
    "chf": "CHF", "fr": "CHF", "franken": "CHF", "¥": "JPY", "jpy": "JPY", "zł": "PLN", "pln": "PLN", "złotych": "PLN",
    "kč": "CZK", "czk": "CZK", "huf": "HUF", "forint": "HUF", "ron": "RON", "ευρώ": "EUR", "evrov": "EUR", "eurot": "EUR", "eura": "EUR",
    "eurų": "EUR",
}  # fmt: skip

# Words that name a currency in one language only: elsewhere *ft* is a foot and *lei* a law.
CURRENCIES_OF: dict[str, dict[str, str]] = {"hu": {"ft": "HUF"}, "ro": {"lei": "RON", "leu": "RON"}}

# What is counted and measured, as it stands behind figures.
MEASURES = frozenset(
    [
        "st",
        "stk",
        "stck",
        "stück",
        "pcs",
        "pc",
        "ks",
        "db",
        "szt",
        "szt.",
        "kpl",
        "tk",
        "gab",
        "vnt",
        "h",
        "tim",
        "timmar",
        "timer",
        "hours",
        "hrs",
        "hod",
        "min",
        "dagar",
        "dage",
        "days",
        "tage",
        "jours",
        "päivää",
        "veckor",
        "uger",
        "weeks",
        "mån",
        "år",
        "wh",
        "kwh",
        "mwh",
        "gwh",
        "twh",
        "w",
        "kw",
        "mw",
        "gw",
        "tw",
        "j",
        "mj",
        "gj",
        "tj",
        "mg",
        "g",
        "hg",
        "kg",
        "t",
        "ton",
        "tonn",
        "tonne",
        "tonnes",
        "tonnen",
        "lb",
        "lbs",
        "oz",
        "mm",
        "cm",
        "dm",
        "m",
        "km",
        "m²",
        "m³",
        "km²",
        "cm²",
        "cm³",
        "m2",
        "m3",
        "km2",
        "ha",
        "acres",
        "ft",
        "ml",
        "cl",
        "dl",
        "l",
        "hl",
        "liter",
        "litre",
        "litres",
        "inv",
        "inv.",
        "pers",
        "pers.",
        "hab",
        "einw.",
        "ew.",
        "asukasta",
    ]
)

# Headers of columns that hold numbers but no amounts.
NOTE_HEADERS = frozenset({"not", "noter", "note", "notes", "anm", "fotnot", "anmärkning"})
CODE_HEADERS = frozenset(
    {
        "nr", "kod", "code", "codes", "koder", "nummer", "number", "id", "år", "year", "jahr", "org.nr", "orgnr", "kommunkod",
        "länskod", "regionkod", "kommunnr", "kommunenummer", "ags", "schlüssel", "konto", "account",
        "kode", "koodi", "tunnus",
    }
)  # fmt: skip
# Words that make a column one of codes even as one word among others: "Bldg. ID".
ID_WORDS = frozenset({"id", "nr", "kod", "code", "codes"})
# "Of which" rows are parts of the row above and are not added again.
OF_WHICH = (
    "varav", "därav", "herav", "derav", "hvorav", "heraf", "deraf", "hvoraf", "davon", "darunter", "dont ", "di cui",
    "of which", "josta", "joista", "þar af", "waarvan", "w tym", "z tego", "de los cuales", "de las cuales", "dos quais",
    "das quais",
)  # fmt: skip
