"""The rules of redaction: a mark and a pattern each, in an order that matters.

They read a folded copy of the text: one kind of digit, space, hyphen, apostrophe and alef (bot/services/redacting.py).
"""

import re
from typing import Final, NamedTuple

# One form for letters and signs that people use alike.
LETTERS: Final = str.maketrans(
    {
        # Arabic is typed with and without hamza, dots and Persian forms.
        **dict.fromkeys("أإآٱ", "ا"),
        # ... but "على" (on) and "علي" (Ali) must stay apart.
        "ی": "ي",
        "ک": "ك",
        **dict.fromkeys("ةۀە", "ه"),
        # Every keyboard has another apostrophe for "ім'я" and "m'appelle".
        **dict.fromkeys("’‘ʼ`´′ʹ＇", "'"),
        **dict.fromkeys("−⁃", "-"),
        **dict.fromkeys("⁄∕", "/"),
        **dict.fromkeys("·•‧٫۔。", "."),
        **dict.fromkeys("،٬", ","),
        "➕": "+",
    },
)


# --------------------------------------------------------------------------
# Vocabulary. All of it is folded with the letters above when it is compiled.
# --------------------------------------------------------------------------


type _Tree = dict[str, _Tree]


def _any(words: str) -> str:
    """Return the pattern of any of the words in any case; "+" stands for a space.

    The words are joined letter by letter into a tree: a plain alternative of some
    hundred words, tried at every word of a text, took most of the time.
    """
    tree: _Tree = {}
    for word in words.lower().translate(LETTERS).split():
        branch = tree
        for letter in word:
            branch = branch.setdefault(letter, {})
        branch[""] = {}
    return _alternatives(tree)


def _alternatives(tree: _Tree) -> str:
    # The end of a word is tried last, so that the longest word is taken.
    letters = sorted(tree, reverse=True)
    parts = [_in_any_case(key) + _alternatives(tree[key]) for key in letters]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})" if parts else ""


def _in_any_case(letter: str) -> str:
    # A set of two is skipped faster than a letter that ignores case.
    if letter == "+":
        return " +"
    forms = {letter, letter.upper()} if len(letter.upper()) == 1 else {letter}
    return re.escape(letter) if len(forms) == 1 else f"[{letter}{letter.upper()}]"


# `re` has no \p{Lu}; Latin, Greek and Cyrillic capitals lie below U+0530.
_UPPER: Final = "".join(c for c in map(chr, range(0x41, 0x530)) if c.isupper())
# Every rule looks at one sign before it tries anything dearer, and a word with
# hyphens is tried from its first letter only: else long ones would take forever.
_AT_DIGIT: Final = r"(?=\d)(?<!\d)"
_AT_LETTER: Final = r"(?=[^\W\d_])(?<!\w)"
_AT_WORD: Final = rf"{_AT_LETTER}(?<!\w['-])"
_WORD: Final = r"[^\W\d_]++(?:['-][^\W\d_]++)*+"
_CAPITALISED: Final = rf"[{_UPPER}][^\W\d_]*+(?:['-][^\W\d_]++)*+"
# Hebrew and Arabic scripts, which have no capitals.
_CASELESS: Final = r"[\u05d0-\u05ea\u0620-\u06d3\u06fa-\u06ff]{2,}+(?!\w)"

# Words that count something: a number before them is a quantity and stays.
_UNITS: Final = r"(?:[€$%]|" + (
    _any(
        """
        Euro Euros EUR Cent Zimmer Zimmern Zi Raum Räume Räumen Kind Kinder Kindern
        Person Personen Leute Leuten Menschen Jahr Jahre Jahren Uhr Std Stunde Stunden
        Tag Tage Tagen Woche Wochen Monat Monate Monaten Minute Minuten Min Meter Metern
        m m2 qm km Prozent Mal Stationen Haltestellen Kilometer Grad Plätze Plätzen
        Söhne Töchter Wohnungen Klasse Stock Etage
        year years room rooms child children kids people person hour hours day days
        week weeks month months minute minutes
        кімната кімнати кімнат кімнатна кімнатну дитина дитини діти дітей людина людини
        людей осіб особи рік роки років року р євро година години годин хвилина хвилини
        хвилин хв день дні днів тиждень тижні тижнів місяць місяці місяців км метрів
        комната комнаты комнат ребенок ребёнок детей дети лет год года евро час часа
        часов минута минуты минут дней дня недели недель месяц месяца месяцев человек
        غرفة غرف طفل أطفال ولد أولاد يورو سنة سنين سنوات عام أعوام دقيقة دقائق ساعة
        ساعات يوم أيام شهر أشهر شهور أسبوع أسابيع شخص أشخاص أفراد متر كم مرات
        اتاق اتاقه بچه فرزند سال ساله یورو نفر روز ماه هفته
        oda odalı çocuk yaş yaşında yıl dakika saat gün ay hafta kişi
        """,
    )
    + r")(?!\w)"
)
_QUANTITY: Final = rf"\d{{1,4}} ?{_UNITS}"

_MONTHS: Final = "(?:" + (
    _any(
        """
        Januar Jänner Jan Februar Feb März Mär Maerz Marz Mrz April Apr Mai Juni Jun
        Juli Jul August Aug September Sept Sep Oktober Okt November Nov Dezember Dez
        January February March Mar May June July October Oct December Dec
        janvier février fevrier mars avril juin juillet août aout septembre octobre
        novembre décembre decembre
        ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
        січня лютого березня квітня травня червня липня серпня вересня жовтня листопада
        грудня січень лютий березень квітень травень червень липень серпень вересень
        жовтень листопад грудень
        января февраля марта апреля мая июня июля августа сентября октября ноября
        декабря январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь
        декабрь
        يناير فبراير مارس أبريل مايو يونيو يونيه يوليو يوليه أغسطس سبتمبر أكتوبر نوفمبر
        ديسمبر كانون+الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين+الأول
        تشرين+الثاني كانون+الأول جانفي فيفري أفريل ماي جوان جويلية أوت غشت
        ژانویه فوریه آوریل مه ژوئن ژوئیه جولای اوت سپتامبر اکتبر نوامبر دسامبر
        فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
        حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
        """,
    )
    + r")(?!\w)"
)

# Words at which a name ends or which show that no name follows at all. German
# writes every noun with a capital, so its list holds the nouns of this city's
# questions as well.
_COMMON: Final = "(?:" + (
    _any(
        """
        und oder aber nicht kein keine ist sind war bin ich wir sie er es du ihr wie
        was wo wer wann warum welche hier da neu aus in im an am auf bei beim mit ohne
        von vom zu zum zur für um als seit so auch noch sehr schon leider jetzt heute
        nur doch gleich anders eigentlich übrigens ja nein bitte danke hallo moin
        servus guten gute guter tag morgen abend ein eine einen einer der die das den
        dem des mein meine meinen meiner dein unser falsch richtig schwer lang zu
        geschrieben steht fehlt suche sucht brauche braucht möchte will kann muss
        habe hat wohne wohnt lebe lebt komme kommt lerne arbeite arbeitet hätte würde
        gibt dass weil wenn ob man uns mir mich dir ihnen ihm
        herr herrn frau dr prof doktor professor name vorname nachname geboren alt
        verheiratet
        student studentin studenten schüler schülerin azubi lehrer lehrerin arzt ärztin
        ärzte arzttermin krankenschwester ingenieur ingenieurin mutter vater eltern
        rentner rentnerin flüchtling flüchtlinge geflüchteter geflüchtete bürger
        bürgerin ausländer ausländerin ukrainer ukrainerin syrer syrerin deutscher
        deutsche deutsch iraner iranerin afghane afghanin türke türkin araber kurde
        eu termin termine wohnung arbeit job jobcenter kind kinder familie hilfe
        kurs kurse deutschkurs deutschkurse sprachkurs kita schule universität uni
        beruf jahre uhr adresse telefon nummer handynummer handy mail email brief post
        antrag pass visum straße platz magdeburg deutschland ukraine syrien iran
        montag dienstag mittwoch donnerstag freitag samstag sonntag
        januar februar märz april mai juni juli august september oktober november
        dezember arbeitslos schwanger krank allein alleine alleinerziehend
        and or but not no on in at the a an from i we you he she it they please thanks
        thank hello hi hey written spelled spelt wrong misspelled missing correct here
        too also for with my is are was what how where who why need want live am to so
        і й та але не на у в з із зі до для від про я ми ти ви він вона вони це як що
        де коли чому хто чи а є був була було мені мене мій моя моє мої наш шукаю хочу
        треба потрібно потрібна потрібен живу мешкаю приїхав приїхала маю можу можна
        будь дякую добрий доброго привіт вітаю тут також ще вже написано неправильно
        указано вказано мені років пан пані прошу підкажіть допоможіть
        и но с из к ко по мы ты вы он она они это как что где когда почему кто мне мой
        моё мое ищу нужно нужна нужен приехал приехала живу могу можно пожалуйста
        спасибо здравствуйте привет добрый здесь ещё еще уже неправильно подскажите
        помогите лет господин госпожа или
        ve ile için ben bir bu ne nedir nasıl yanlış değil var yok adım lütfen merhaba
        et mais pas je nous vous de à en dans bonjour merci
        و ع ل ب او لكن من في فى الى على عن مع بدون هو هي هم نحن انا انت انتم هذا هذه هنا
        هناك
        التي الذي ان انه لا لم لن ما ماذا متى كيف اين وين هل لماذا ليش شو اي كم قد كان
        كانت كنت ليس غير عند عندي لدي لي لنا له لها لكم معي ساكن ساكنه اسكن اعيش عايش
        مقيم مقيمه اريد ابحث احتاج محتاج محتاجه بدي بدنا عايز عاوز اود ارغب ارجو ممكن
        لو سمحت سمحتم رجاء شكرا مرحبا السلام سلام عمري عمره عمرها متزوج متزوجه اعزب
        طالب طالبه لاجئ لاجئه سوري سوريه عراقي عراقيه مصري جديد جديده مكتوب مكتوبه
        غلط خطا خاطئ موجود صحيح قال قالت يقول تقول طلب طلبت يريد تريد يحتاج تحتاج
        يبحث تبحث ارسل ارسلت كتب كتبت اتصل اتصلت اعطاني اعطتني اخبرني اخبرتني
        السيد السيده المدير المديره الموظف الموظفه الدكتور الدكتوره اسمي اسم وانا
        وصلت جئت اتيت قادم قادمه اعمل ادرس اتعلم اتكلم حاليا الان اليوم بعد قبل منذ
        است هست هستم هستش است. را که از به در با برای من تو ما شما آنها این آن یک چه
        چطور کجا دنبال می میخواهم میخواستم دارم ندارم نیاز لطفا سلام ممنون هستیم ها
        های دکتر پزشک زن مرد باردار اشتباه نوشته شده ام است،
        """,
    )
    + r")(?!\w)"
)

# Frequent given names. They are needed only where an announcement is so weak
# ("ich bin ...", "أنا ...") that most of what follows it is not a name. Names
# that are everyday words too (Ernst, Надія, سعيد) are left out on purpose.
_GIVEN_CASED: Final = _any(
    """
    Anna Anja Andrea Andreas Alexander Ahmad Ahmed Ali Aisha Amina Angela Antonia Abdul
    Abdullah
    Barbara Birgit Bilal Claudia Daniel Diana Daria Dmytro Dmitri Elena Olena Eva Emma
    Fatima Fatma Fabian Felix Firas Georg Hanna Hannah Hans Hassan Hasan Hussein Hamza
    Ibrahim Igor Ihor Irina Iryna Ivan Jan Jana Johanna Johannes Julia Juri Jurij Yurii
    Karim Katharina Kateryna Katja Khaled Khalid Klaus Layla Laila Larysa Lena Leon Lina
    Lisa Ludmila Ljudmyla Mahmoud Mahmud Maria Mariam Maryam Mariya Mariia Markus Martin
    Max Michael Mohamad Mohamed Mohammad Mohammed Muhammad Mustafa Mykola Nadia Nadja
    Natalia Natalya Nataliia Nina Oksana Oleksandr Oleksandra Oleg Oleh Olga Olha Olaf
    Omar Osama Paul Peter Petra Polina Rana Reza Said Samir Sandra Sara Sarah Serhii
    Sergej Sergei Sabine Sofia Sofiia Stefan Svitlana Svetlana Susanne Taras Tetiana
    Tatjana Tatiana Thomas Tobias Ulrike Viktor Viktoria Viktoriia Volodymyr Vladimir
    Wolfgang Yana Yasmin Youssef Yusuf Yulia Yuliia Zahra Zainab Zeynep Ayşe Mehmet Emre
    Emine Elif
    Олена Олексій Олександр Олександра Олег Ольга Оксана Анна Ганна Андрій Антон Артем
    Богдан Валентина Василь Вікторія Віктор Володимир Галина Дарина Дарья Дарія Дмитро
    Дмитрий Євген Євгенія Елена Екатерина Іван Иван Ігор Игорь Ірина Ирина Катерина
    Кирило Лариса Леся Людмила Максим Марина Марія Мария Михайло Михаил Микола Николай
    Наталія Наталья Наталя Ніна Нина Павло Петро Роман Руслан Сергій Сергей Софія София
    Степан Тарас Тетяна Татьяна Юлія Юлия Юрій Юрий Яна Ярослав Ахмад Ахмед Мохаммед
    """,
)
_GIVEN_ARABIC: Final = _any(
    """
    أحمد محمد محمود مصطفى علي حسن حسين عمر عثمان خالد يوسف إبراهيم إسماعيل عبدالله
    عبدالرحمن عبد+الله عبد+الرحمن عبد+القادر فاطمة عائشة مريم زينب خديجة ليلى سارة ريم
    رنا رانيا دعاء هبة ياسر ياسمين ياسين سامر سمير باسل بشار بلال حمزة طارق زياد فراس
    فادي وليد وائل وسيم وسام وفاء أيمن أنس أسامة أسماء أميرة آلاء إيمان آية أمجد أيهم
    إياد أكرم أشرف أدهم أسعد محسن رضا زهرا زهراء تامر توفيق تيسير يحيى يزن يعقوب يونس نرگس پریسا حمید مهدی
    """,
)
_GIVEN: Final = rf"(?:{_GIVEN_CASED}|{_GIVEN_ARABIC})(?![\w'])"

# Without capitals, a further word is taken as part of the name only if it does
# not begin like "and ...", "I ...", "he ..." or "in the ...": Arabic writes these
# and the word they belong to in one.
_ARABIC_FURTHER: Final = rf"(?:(?={_GIVEN})|(?![ويت]|ا(?!ل|بو|بن)|بال|لل|فال|بسبب)){_CASELESS}"
_PARTICLES: Final = r"(?:(?:al|el|van|von|de|ben|ibn|abu|Al|El|بن|ابن|ابو|عبد) +)?"
_FURTHER: Final = rf"(?: +{_PARTICLES}(?!{_COMMON})(?:{_CAPITALISED}|{_ARABIC_FURTHER})){{0,2}}"
_TITLES: Final = r"(?:(?i:Herrn?|Frau|Dr\.?|Prof\.?|السيده?|пані?) +)*"
_GAP: Final = r" *[:=-]? *[\"'«„“(]? *"

# A sentence says it in so many words: one word in lower case is believed too.
_ANNOUNCED_NAME: Final = rf"(?P<find>(?!{_COMMON})(?:(?:عبد|ابو) +)?{_WORD}{_FURTHER})"
# Only a title stands before it: capitals, or a script without them.
_TITLED_NAME: Final = rf"(?P<find>(?!{_COMMON})(?:{_CAPITALISED}|(?:عبد +|ابو +)?{_CASELESS}){_FURTHER})"
_CAPITAL_NAME: Final = rf"(?P<find>(?!{_COMMON}){_CAPITALISED}{_FURTHER})"


# --------------------------------------------------------------------------
# Pieces of the rules
# --------------------------------------------------------------------------

_DOMAINS: Final = (
    r"(?i:de|com|org|net|info|eu|ua|ru|uk|pl|ch|at|io|app|dev|shop|xyz|online|site|biz|"
    r"me|fr|tr|ir|sy|gg|ly|berlin)(?!\w)"
)
_AT: Final = r"(?:@| ?[(\[{<] ?(?i:at|ät|@) ?[)\]}>] ?)"
_DOT: Final = r"(?:\.| ?[(\[{] ?(?i:dot|punkt|\.) ?[)\]}] ?)"

_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"[12]\d{3}(?!\d)"
_DATE_GAP: Final = r"(?: ?[./-] ?| )"
_DAY_MONTH: Final = rf"(?:{_DAY}{_DATE_GAP}{_MONTH}|{_MONTH}{_DATE_GAP}{_DAY})"


def _short_date(gap: str) -> str:
    """Return the pattern of a date with two digits for the year."""
    mark = re.escape(gap)
    return (
        rf"(?<!\d{mark})(?:{_DAY}{mark} ?{_MONTH}|{_MONTH}{mark}{_DAY}){mark} ?"
        rf"\d\d(?!\d|{mark}\d| ?{_UNITS})"
    )


_SHORT_DATES: Final = "|".join(_short_date(gap) for gap in "./-")

# The public numbers people ask about; 112, 110 and 115 are short enough anyway.
_NOT_PUBLIC: Final = r"(?!116[ -]?(?:117|116|111|000|006)(?!\d))"
# "09.00-12.30" and "01.09.-15.09." are made of the same signs as a telephone
# number, but say when an office is open.
_CLOCK: Final = r"\d{1,2}[.:]\d\d(?!\d)\.?"
_NOT_HOURS: Final = rf"(?!{_CLOCK} ?[-/ ] ?{_CLOCK}(?!\.?\d))"
_NOT_INSIDE: Final = r"(?=[\d(])(?<!\w)(?<!\d[.,:/-])"

_GAPS: Final = rf"(?:[ ./()-]{{1,3}}(?!{_QUANTITY}))"
# After a clear beginning (+49, 0176) people's stranger separators count too.
_WIDE_GAPS: Final = rf"(?:(?:[ ./()_*|~-]{{1,3}}|,)(?!{_QUANTITY}))"

_LABEL_GAP: Final = r"(?: ?(?:[№#:=.-]|-?Nr\.?(?!\w)|(?:Nummer|lautet|ist|is|це|هو|هي)(?!\w))){0,3} ?"
_COURT: Final = r"\d{1,3} [A-Z][A-Za-z]{0,2} \d{1,5}/\d{2,4}(?!\d)(?: (?:MD|HAL)(?!\w))?"
_BAMF: Final = r"\d{7} ?- ?\d{3}(?!\d)"
_PENSION: Final = r"\d{2} ?\d{6} ?[A-Z] ?\d{3}(?!\w)"
_LABELLED: Final = (
    rf"(?P<find>{_COURT}|{_BAMF}|{_PENSION}|{_NOT_PUBLIC}"
    rf"(?!(?:19|20)\d\d(?![\w./-])|{_QUANTITY})"
    r"(?=(?:[ ./-]{0,2}[^\W_]){4})"
    r"[^\W\d_]{0,4}[./-]?\d[^\W_]*+"
    rf"(?:[/-]{{1,2}}[^\W_]++|(?:\.| )(?!{_QUANTITY})[A-Z]{{0,3}}\d[^\W_]*+)*+)"
)
_FILE_LABELS: Final = (
    r"(?i:Aktenzeichen|Aktennummer|Akten-Nr|Az|AZR|AZR-Nummer|BAMF|Gesch(?:ä|ae)ftszeichen|"
    r"Gz|BG-Nummer|BG|Bedarfsgemeinschaft|Bedarfsgemeinschaftsnummer|Kundennummer|"
    r"Kunden-Nr|Vorgangsnummer|Vorgang|Kindergeldnummer|Fallnummer|Referenznummer|"
    r"(?:unser|ihr) Zeichen|"
    r"(?:file|case|reference) (?:number|no)|номер\w* (?:моєї |моей )?(?:справи|дела)|"
    r"справ[аи]|дел[оа]|رقم (?:ال)?(?:ملف|قضيه|معامله|اضباره)\w*|(?:ال)?ملف رقم|"
    r"شماره پرونده)(?!\w)"
)
_NUMBER_LABELS: Final = (
    r"(?i:(?!telefon|handy|mobil|ruf|fax|notruf)\w+(?:nummer|-Nr)|"
    r"Steuer-?ID|IdNr|Gesundheitskarte|\w*ausweis|Reisepass|Konto|"
    r"BLZ|(?:passport|tax|insurance|ID|account|card)(?: number| no| ID)?|"
    r"номер\w* (?:паспорт\w*|карт\w*|рахунк\w*|сч[её]та)|паспорт\w*|ІПН|РНОКПП|ИНН|"
    r"رقم (?:ال)?(?:جواز|هويه|بطاقه|حساب|ضريبي|تامين|ضمان)\w*(?: \w+)?|"
    r"الرقم (?:الضريبي|الوطني)|جواز(?: السفر| سفري| سفر)?|"
    r"شماره (?:پاسپورت|گذرنامه|حساب))"
    r"(?!\w)"
)
_PHONE_LABELS: Final = (
    r"(?i:Tel|Telefon|Telefonnummer|Handy|Handynummer|Mobil|Mobilnummer|WhatsApp|Viber|"
    r"Rufnummer|Nummer|Fax|phone|phone number|number|тел|телефон\w*|номер\w*|"
    r"(?:ال|ب|و)?(?:هاتف|جوال|موبايل|رقم|تلفون|واتساب|تلفن|شماره)\w{0,3})(?!\w)"
)

_KNOWN_PLACE: Final = r"(?:(?i:magdeburg|магдебур[гґ]\w*)|م[اه]?[غجقگك]د[يه]?ب[وا]?ر[غجقگك])(?!\w)"
_PLACE: Final = rf"(?:(?!{_COMMON}|{_UNITS}){_CAPITALISED}(?!\w)|{_KNOWN_PLACE})"
_POSTCODE: Final = r"(?:D-? ?)?\d{5}(?!\d)"
_TOWN: Final = (
    rf"(?:[ ,]{{0,3}}\n? ?{_POSTCODE}(?:,? {_PLACE})?|"
    rf"[ ,]{{1,3}}\n?(?:м\. ?)?{_KNOWN_PLACE})?"
)
_HOUSE: Final = (
    r"(?:(?i:Nr\.?|Hausnummer|No\.?:?|№|رقم|بنايه|بناء|پلاک|"
    r"буд(?:инок|\.)?|дом|д\.) *)?"
    rf"\d{{1,3}}(?!\d|[.:]\d| ?{_UNITS})"
    r"(?: ?[a-hа-дA-HА-Д](?!\w))?"
    r"(?: ?[-/+] ?\d{1,3}(?!\d|\. ?(?:OG|Stock|Etage)) ?[a-h]?(?!\w))?"
)
_HOUSE_GAP: Final = r"[ ,]{0,3}"
_ENDS: Final = (
    *("straße", "strasse", "str", "weg", "platz", "allee", "ring", "gasse", "damm"),
    *("ufer", "chaussee", "promenade"),
)
# Fixed-width looks back from the end of a word, so that no part of the word has
# to be tried twice. The letter before shows that the street has a name in it.
_ENDS_IN_STREET: Final = "|".join(rf"(?<=\w{end})|(?<=-{end})" for end in _ENDS)
# "Platz", "Weg" and "Ring" end many words that are no streets.
_NO_STREET: Final = (
    "(?!"
    + _any(
        """
        arbeitsplatz spielplatz kitaplatz kita-platz parkplatz studienplatz sitzplatz
        stehplatz stellplatz therapieplatz betreuungsplatz ausbildungsplatz heimplatz
        praktikumsplatz kursplatz kurs-platz sportplatz schulplatz campingplatz
        kindergartenplatz kindergarten-platz krippenplatz hortplatz schlafplatz
        pflegeplatz wohnheimplatz radweg umweg heimweg rückweg hinweg schulweg fußweg
        gehweg ausweg arbeitsweg hering gering ehering unterwegs durchweg
        """,
    )
    + r"(?!\w))"
)
_BEFORE_STREET: Final = (
    rf"(?:(?=[{_UPPER}])(?!{_COMMON}){_CAPITALISED} +(?:(?:von|der) +)?"
    r"(?=[^\W\d_])){0,2}"
)
_GERMAN_STREET: Final = (
    rf"{_AT_WORD}(?:{_BEFORE_STREET}(?:"
    # "Halberstädterstr.", "Otto-von-Guericke-Straße", "Hasselbachplatz"
    rf"(?={_WORD}(?i:{_ENDS_IN_STREET})){_NO_STREET}{_WORD}\.?|"
    # "Halberstädter Straße", "Breiter Weg"
    rf"(?={_CAPITALISED}\.? +(?i:{'|'.join(_ENDS)}|markt)(?!\w)|"
    rf"{_WORD}\.? +(?i:stra(?:ß|ss)e|str)(?!\w))(?!{_COMMON}){_WORD}\.? +{_WORD}\.?)|"
    # "Straße der Jugend", "Platz des 17. Juni"
    r"(?i:stra(?:ß|ss)e|platz|allee) +(?i:des|der|vom|von) +(?:\d{1,2}\. ?)?"
    rf"{_CAPITALISED})"
)
_NO_SQUARE: Final = "(?!" + (
    _any(
        """
        Wochenende Ende Anfang Gleis Schalter Eingang Zimmer Raum Haus Jahr Jahre Kurs
        Level Niveau Alter Sommer Winter Herbst Frühjahr Frühling Platz Tisch Fenster
        Kapitel Artikel Absatz Formular Punkt Paragraf Paragraph Modul Monat Abschnitt
        Feld Block Bus Linie Tram Straßenbahn Haltestelle Stufe Klasse Gruppe Semester
        Quartal Internet Bescheid Vertrag Mittag Nachmittag Vormittag Abend Morgen
        Flughafen Stock Stockwerk Gesetz Test Prüfung Notruf
        """,
    )
    + r"(?!\w))"
)
_AT_SQUARE: Final = (
    rf"{_AT_LETTER}(?i:am|an der|an den|im)"
    rf"(?: +(?=[{_UPPER}])(?!{_COMMON}){_NO_SQUARE}{_CAPITALISED}){{1,2}}"
)
_FLAT: Final = r"(?:[ ,]{0,3}(?i:кв(?:артира|\.)?|оф\.) *№? *\d{1,4}(?!\d))?"
_CYRILLIC_STREET: Final = (
    rf"{_AT_LETTER}(?:(?i:вул\.?|ул\.|просп\.|пров\.|пер\.|бульв\.|бул\.|пл\.|наб\.) *"
    rf"(?={_WORD})|(?i:вулиц\w+|улиц\w+|проспект\w*|провул\w+|переул\w+|бульвар\w*|"
    rf"площ\w+|набережн\w+) +(?={_CAPITALISED})){_WORD}(?: +{_WORD}){{0,2}}?"
)
# German streets as people write them down by ear.
_HEARD_ENDS: Final = r"штрас+[аеуиі]|штр\.|شتراس\w?|شترس\w?|شتغاس\w?"
_HEARD_STREET: Final = (
    rf"{_AT_WORD}{_BEFORE_STREET}(?:"
    rf"(?:(?={_WORD} +(?i:{_HEARD_ENDS}))(?!{_COMMON}){_WORD} +)?[\w-]*?"
    rf"(?i:{_HEARD_ENDS})|"
    rf"(?={_WORD} +(?i:вег|плац|алл?ее|ринг|дамм|уфер|гасс?е|шосс?е|فيغ|فيج|"
    r"بلاتز|بلاتس)"
    rf"(?!\w))(?!{_COMMON}){_WORD} +{_WORD})(?!\w)"
)
_ARABIC_STREET: Final = rf"{_AT_LETTER}(?:[بلو]?شارع|خيابان|كوچه|بلوار)(?: +{_WORD}){{1,3}}?"
_TURKISH_STREET: Final = rf"{_AT_WORD}{_CAPITALISED} +(?i:caddesi|cad\.|sokak|sokağı|sok\.|bulvarı)"


def _address(street: str) -> str:
    """Return the pattern of a street with its number and, if there, its town."""
    return rf"{street}{_HOUSE_GAP}{_HOUSE}{_FLAT}{_TOWN}"


_NATIONAL_PHONE: Final = (
    rf"{_NOT_INSIDE}{_NOT_HOURS}\(?(?:01[5-7]\d(?:{_WIDE_GAPS}?\d){{4,}}|"
    rf"0\)?(?:{_GAPS}?\d){{6,}})"
)
_FOREIGN_PHONE: Final = (
    rf"(?=[(+0])(?<![\w+])(?<!\d[.,:/-])\(?(?:\+|00)[ (]{{0,2}}[1-9]\)?"
    rf"(?:{_WIDE_GAPS}?\d){{6,}}"
)

# Letters and digits in one word, as on passports and cards.
_PAPER_NUMBER: Final = (
    r"(?=[^\W_])(?<!\w)(?=\d*+[^\W\d_])"
    r"(?=[^\W_]{7,24}(?!\w))"
    r"(?=(?:[^\W\d_]*+\d){4}|(?:[A-Z]*+\d){3}[A-Z0-9]*+(?!\w))"
    # "1200Euro", "Sommer2024", "10Uhr30"
    r"(?!\d{1,4}[^\W\d_]{2,}(?!\w)|[^\W\d_]{3,}+(?:19|20)\d\d(?!\w)|"
    r"\d{1,2}(?i:uhr|h)\d)"
    r"[^\W_]++"
)
_SPACED_PAPER_NUMBER: Final = (
    rf"(?=[{_UPPER}])(?<!\w)(?!(?i:ID|NR|NO|BG|AZ|EU|TV|UA|DE)(?!\w))"
    rf"[{_UPPER}]{{1,2}}[ -]?\d{{6,10}}"
    r"(?!\w)"
)
_PENSION_NUMBER: Final = rf"(?=\d)(?<!\w){_PENSION}"
_NOT_YEARS: Final = r"(?!(?:(?:19|20)\d\d[ ./-]?){2,4}(?!\d))"
_GROUPED_NUMBER: Final = (
    rf"{_NOT_INSIDE}{_NOT_HOURS}{_NOT_YEARS}(?:"
    # "540-1234"; "450 2000" might be two sums
    r"\d{3}-\d{4}(?!\d)|"
    r"(?=(?:[ ./-]?\d){9}|\d{2,}+[ ./-]\d{2,}+[ ./-](?:[ ./-]?\d){2})"
    rf"(?=(?:[ ./-]?\d){{7}})\d{{2,}}+(?:[ ./-](?!{_QUANTITY})\d{{2,}}+)++|"
    r"\d(?:[ .-]\d(?!\d)){6,})"
)
_LEFT_OVER: Final = r"(?=\d)(?<!\d)(?!116(?:117|116|111|000|006)(?!\d))\d{5,}"

_KIN: Final = _any(
    """
    frau mann sohn tochter bruder schwester freund freundin kind baby
    husband wife son daughter brother sister
    чоловік чоловіка дружина дружини син сина донька доньки дочка брат сестра
    муж жена сын дочь
    زوجي زوجتي ابني ابنتي بنتي اخي اختي همسرم پسرم دخترم
    """,
)
_SAYS_NAME: Final = (
    r"(?i:ich hei(?:ß|ss|s)e|hei(?:ß|ss)e ich|(?:mein(?:e[nms]?)?|der) "
    r"(?:voller |ganzer )?(?:vor|nach|familien)?name (?:ist|lautet|war)|"
    r"(?:vor|nach|familien|geburts)?name *:|"
    r"(?:my|his|her) (?:full |first |last )?name is|my name's|"
    r"мене (?:звати|звуть|кличуть)|звати мене|моє (?:повне )?(?:ім'?я|прізвище)(?: є)?|"
    r"(?:його|її) (?:звати|звуть)|(?:ім'?я|прізвище|имя|фамилия|піб|фио) *:|"
    r"(?:меня|его|е[её]) зовут|зовут меня|мо[её] имя|моя фамилия|"
    r"mene zvaty|menya zovut|(?:ana )?[ie]smi|"
    r"(?:benim )?(?<!adım )adım(?! adım)|(?:benim )?ismim|soyadım|"
    r"je m'appelle|mon nom est|me llamo|"
    r"nav[êe] min)(?!\w)|"
    r"[وف]?(?:اسمي|كنيتي|لقبي|(?<!شي )(?<!شيء )(?:اسمه|اسمها|اسمهم))(?!\w)"
    r"(?: (?:هو|هي|الكامل)(?!\w))*|"
    r"(?:الاسم|الكنيه|اسم الاب) *:|اسمم(?!\w)|(?:اسم|نام|فاميل|نام خانوادگي) من(?!\w)"
)
# Third persons: their names have capitals, or we could not tell "heißt das".
_SAYS_OTHER_NAME: Final = (
    r"(?<!was )(?<!Was )(?<!wie )(?<!Wie )(?<!es )(?<!Es )(?<!das )"
    r"(?i:hei(?:ß|ss)t|is called|is named|звати|звуть|зовут|на ім'?я|по имени)"
)
_TITLE_BEFORE: Final = (
    # "Kann meine Frau Deutschkurse besuchen": his wife, not a Mrs.
    r"(?<![Ee]ine )(?<![Ee]iner )(?<![Ii]hre )(?<![Jj]ede )"
    r"(?:(?i:herrn?|frau|fräulein)|Hr\.|"
    r"(?i:пан(?:і|а|у|ом|ові|и)?|господин\w?|госпож\w|г-н|г-жа|mr\.?|mrs\.?|ms\.?|miss|"
    r"monsieur|madame|bay|bayan)|"
    r"[ولب]?السيده?|للسيده?|اقاي|خانم)"
)
_WEAK_BEFORE: Final = (
    r"(?:(?i:(?:ich bin|hier (?:ist|schreibt))(?: die| der)?|"
    r"i am|i'm|this is|я|це|это|ben|je suis|"
    rf"انا|معكم?|من)|{_KIN})"
)
_WEAK_FURTHER: Final = rf"(?P<find>{_GIVEN}{_FURTHER})"
_SIGN_OFF: Final = (
    r"(?i:(?:viele|liebe|beste|schöne|herzliche|mit (?:freundlichen|besten)) "
    r"grü(?:ß|ss)en?|mfg|lg|vg|з повагою|с уважением|(?:best|kind) regards)"
)


class Rule(NamedTuple):
    """A mark and the pattern of what it replaces.

    Where the pattern has a group ``find``, only the group is replaced and the
    words that gave it away stay readable.
    """

    mark: str
    pattern: re.Pattern[str]
    needs_digit: bool


def _rule(mark: str, source: str) -> Rule:
    pattern = re.compile(source.translate(LETTERS))
    return Rule(mark, pattern, mark not in {"[link]", "[email]", "[name]"})


# The order decides who gets a sign that several rules would like to have.
RULES: Final[tuple[Rule, ...]] = (
    # Links first: they may hold an @, a date or a long number.
    _rule("[link]", r"(?i:(?:https?|ftp|tg)://|www\.)[^\s\0<>\"]+"),
    # Then e-mail, before a bare domain or a @name can take half of it.
    _rule(
        "[email]",
        rf"(?=[\w.+%-])(?<![\w.+%-])[\w.+%-]++(?:{_AT}[\w-]++(?:{_DOT}[\w-]++)*+|"
        rf"(?: ?@ ?| at )[\w-]++(?:\.[\w-]+)*?\.{_DOMAINS})",
    ),
    _rule(
        "[link]",
        rf"(?<![\w.-])[\w-]++(?:\.[\w-]++)*+(?:(?<=\.\w\w)|(?<=\.\w\w\w)|"
        rf"(?<=\.\w\w\w\w))/[^\s\0]*|(?<![\w.-])(?:[\w-]+\.)+{_DOMAINS}(?!\.\w)",
    ),
    _rule("[link]", r"(?<!\w)@[^\W\d]\w*+(?:\.\w++)*+"),
    # An IBAN is the longest number and would look like several others.
    _rule(
        "[iban]",
        r"(?=[A-Za-z])(?<!\w)(?i:[A-Z]{2}\d{2}(?=[A-Z]*\d)[A-Z0-9]{11,30}(?!\w)|"
        r"[A-Z]{2}(?:(?-i:(?<=[A-Z])[ -]))?\d{2}[ -]?(?=(?:[ -]?[A-Z0-9]){11})"
        r"(?:[A-Z]{4}|(?=[A-Z]{0,3}\d)"
        r"[A-Z0-9]{1,4})(?:[ -]?(?=[A-Z]{0,3}\d)[A-Z0-9]{1,4}){2,8}(?!\w))",
    ),
    # Dates before telephone numbers, which are also digits with dots.
    _rule(
        "[date]",
        rf"{_AT_DIGIT}(?:{_DAY_MONTH}{_DATE_GAP}{_YEAR}|[12]\d{{3}}(?P<gap>[./-]){_MONTH}"
        rf"(?P=gap){_DAY}(?!\d)|{_SHORT_DATES})",
    ),
    _rule(
        "[date]",
        rf"{_AT_DIGIT}\d{{1,2}}(?:st|nd|rd|th|-?го|-?е)?[./-]? ?(?:of |de )?"
        rf"{_MONTHS}[.,/-]? ?"
        r"(?:(?i:من|عام|سنه|سال|of|de) ){0,2}"
        rf"(?:{_YEAR}|'\d\d(?!\d)|[3-9]\d(?![\d:.€%]| ?{_UNITS}))|"
        rf"{_AT_LETTER}{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}",
    ),
    # File numbers before all other numbers: they contain spaces and letters.
    _rule(
        "[file]",
        rf"{_AT_LETTER}{_FILE_LABELS}{_LABEL_GAP}{_LABELLED}",
    ),
    _rule("[file]", rf"(?=\d)(?:(?<![\w.,]){_COURT}|(?<!\w){_BAMF})"),
    # Addresses before telephone numbers, whose gaps would join the number of
    # the house and the postcode, and before loose digits, which is a postcode.
    _rule("[address]", _address(_GERMAN_STREET)),
    _rule("[address]", _address(_AT_SQUARE)),
    _rule("[address]", _address(_CYRILLIC_STREET)),
    _rule("[address]", _address(_ARABIC_STREET)),
    _rule("[address]", _address(_HEARD_STREET)),
    _rule("[address]", _address(_TURKISH_STREET)),
    _rule(
        "[address]",
        rf"{_AT_LETTER}(?i:(?:буд\.|будинок|дом) ?№? ?"
        rf"\d{{1,3}}[а-я]?[ ,]{{1,3}}кв(?:\.|артира)?|"
        rf"кв\.) ?№? ?\d{{1,4}}(?!\d| ?{_UNITS})",
    ),
    _rule(
        "[address]",
        rf"(?=\w)(?<!\w)(?<!\d[.,/-]){_POSTCODE},? ?{_PLACE}|"
        rf"{_KNOWN_PLACE},? \d{{5}}(?!\d)",
    ),
    # Numbers with their word before them, then by their own form: a passport's
    # letter before its digits is clearer than the 0 of a telephone number. What
    # only a word before it or its length gives away comes last.
    _rule("[number]", rf"{_AT_LETTER}{_NUMBER_LABELS}{_LABEL_GAP}{_LABELLED}"),
    _rule("[phone]", _FOREIGN_PHONE),
    _rule("[number]", f"{_PENSION_NUMBER}|{_PAPER_NUMBER}|{_SPACED_PAPER_NUMBER}"),
    _rule("[phone]", _NATIONAL_PHONE),
    _rule(
        "[phone]",
        rf"{_AT_LETTER}{_PHONE_LABELS}{_LABEL_GAP}{_NOT_PUBLIC}{_NOT_HOURS}{_NOT_YEARS}"
        rf"(?P<find>\(?\d\)?(?:{_GAPS}?\d){{4,}})",
    ),
    _rule("[number]", _GROUPED_NUMBER),
    _rule("[number]", _LEFT_OVER),
    # Names last: by now everything with a digit is gone, and a mark ends a name.
    _rule("[name]", rf"{_AT_LETTER}(?:{_SAYS_NAME}){_GAP}{_TITLES}{_ANNOUNCED_NAME}"),
    _rule("[name]", rf"{_AT_LETTER}{_SAYS_OTHER_NAME}{_GAP}{_TITLES}{_CAPITAL_NAME}"),
    _rule("[name]", rf"{_AT_LETTER}{_TITLE_BEFORE} +(?i:(?:dr|prof)\.? +)*{_TITLED_NAME}"),
    _rule("[name]", rf"{_AT_LETTER}{_WEAK_BEFORE},? *[:-]? *{_WEAK_FURTHER}"),
    _rule("[name]", rf"{_AT_LETTER}{_SIGN_OFF}[ ,.!]*\n* *{_CAPITAL_NAME}"),
)
