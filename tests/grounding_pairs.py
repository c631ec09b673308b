"""Sentences of answers with the passage they were written from, each judged by hand: does the passage say it?

The passages were written for this purpose. TUNE was looked at while the rules of core/grounding.py were made; HELD was
written before them and never looked at for that.
"""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A sentence, whether its passage supports it, and what makes it easy or hard."""

    passage: str
    question: str
    sentence: str
    supported: bool
    kind: str


def _pairs(passage: str, question: str, *judged: tuple[str, bool, str]) -> list[Pair]:
    return [Pair(passage, question, *one) for one in judged]


_LEASE = (
    "The rent is £1,450 a month and is paid on the first working day. The deposit is £1,673 and is held by the "
    "Deposit Protection Service. The landlord may raise the rent once a year, with two months' written notice. "
    "Pets are not allowed without written permission from the landlord, Margaret Okafor. Smoking inside the flat is "
    "forbidden. The tenant, Daniel Reyes, pays for gas and electricity; water is included in the rent."
)
_BOILER = (
    "The boiler must be serviced every 12 months by a Gas Safe engineer. If the pressure falls below 1 bar, open the "
    "filling loop until the gauge shows 1.5 bar, then close both valves. Never leave the filling loop open. "
    "Error E119 means low water pressure; error E133 means that the gas supply has failed. The frost protection "
    "starts the pump at 5 °C and the burner at 3 °C."
)
_MINUTES = (
    "The board met on 12 March 2024 in the community hall. Present were Anna Lindqvist (chair), Tom Becker and Priya "
    "Nair; Jonas Weber sent his apologies. The offer of Alba Roofing of 48,200 euros was accepted with two votes "
    "against one. The offer of Nordic Dach of 51,900 euros was rejected. Tom Becker will write to the council before "
    "the end of April. The next meeting is on 9 July."
)
_TRIAL = (
    "We enrolled 412 adults with type 2 diabetes, of whom 206 received the drug and 206 a placebo. After 24 weeks, "
    "mean HbA1c fell by 1.1 percentage points in the drug group and by 0.3 points in the placebo group (p < 0.001). "
    "Nausea was reported by 18% of patients on the drug. No severe hypoglycaemia occurred in either group. Patients "
    "with kidney failure were excluded."
)
_RIVER = (
    "The Rhine rises in the Swiss Alps and flows into the North Sea in the Netherlands. It is about 1,233 km long and "
    "is the second-longest river in Central and Western Europe, after the Danube. Basel, Cologne and Rotterdam lie on "
    "its banks. The section called the Upper Middle Rhine Valley has been a World Heritage Site since 2002."
)
_REPORT = (
    "Revenue grew from 3.2 million to 4.1 million euros in 2023, chiefly because of the new online shop. Costs fell "
    "slightly. Staff numbers decreased from 64 to 58. The Leipzig office was closed in June, while the Dresden office "
    "remains open. Management expects flat revenue in 2024. No dividend will be paid."
)

TUNE = [
    *_pairs(
        _LEASE,
        "What does the tenancy say?",
        ("The rent is £1,450 a month.", True, "copy"),
        ("The monthly rent is £1450, paid on the first working day.", True, "reworded"),
        ("The rent is £1,673 a month.", False, "number of something else"),
        ("The deposit is £1,673.", True, "copy"),
        ("The deposit is 1,763 pounds.", False, "wrong number"),
        ("The deposit is held by the Deposit Protection Service.", True, "copy"),
        ("Pets are allowed.", False, "negation"),
        ("Pets are not allowed without the landlord's written permission.", True, "reworded"),
        ("Smoking is not allowed inside the flat.", True, "paraphrase"),
        ("Smoking inside the flat is allowed.", False, "antonym"),
        ("The landlord is Daniel Reyes.", False, "wrong name"),
        ("The landlord is Margaret Okafor.", True, "reworded"),
        ("The tenant pays for water.", False, "wrong relation"),
        ("Water is included in the rent.", True, "copy"),
        ("The rent may be raised once a year with 2 months' written notice.", True, "number word"),
        ("The rent may be raised twice a year.", False, "wrong number"),
        ("The landlord can increase the rent every month.", False, "wrong fact"),
        ("The tenant must paint the walls when leaving.", False, "invented"),
    ),
    *_pairs(
        _BOILER,
        "How do I look after the boiler?",
        ("The boiler must be serviced every 12 months.", True, "copy"),
        ("The boiler needs a service every twelve months by a Gas Safe engineer.", True, "number word"),
        ("The boiler must be serviced every 6 months.", False, "wrong number"),
        ("E133 means low water pressure.", False, "wrong relation"),
        ("E119 means that the water pressure is low.", True, "reworded"),
        ("Leave the filling loop open.", False, "negation"),
        ("Do not leave the filling loop open.", True, "negation in other words"),
        (
            "If the pressure is under 1 bar, open the filling loop until the gauge reads 1.5 bar.",
            True,
            "paraphrase",
        ),
        ("Open the filling loop until the gauge shows 15 bar.", False, "wrong number"),
        ("The frost protection starts the burner at 5 °C.", False, "number of something else"),
        ("The frost protection starts the pump at 5 °C.", True, "part"),
        ("The boiler was made in Germany.", False, "invented"),
    ),
    *_pairs(
        _MINUTES,
        "What did the board decide?",
        ("The board accepted the offer of Alba Roofing of 48,200 euros.", True, "reworded"),
        ("The board accepted Alba Roofing's offer of €48,200.", True, "reworded"),
        ("The board accepted the offer of Nordic Dach of 51,900 euros.", False, "antonym"),
        ("The offer of Alba Roofing was rejected.", False, "antonym"),
        ("Jonas Weber was present.", False, "wrong relation"),
        ("Anna Lindqvist chaired the meeting.", True, "paraphrase"),
        ("Tom Becker will write to the council by the end of April.", True, "reworded"),
        ("Priya Nair will write to the council before the end of April.", False, "wrong name"),
        ("The next meeting takes place on 9 July.", True, "reworded"),
        ("The next meeting is on 9 June.", False, "wrong date"),
        ("The board met on March 12, 2024.", True, "date in other order"),
        ("The vote was unanimous.", False, "wrong fact"),
    ),
    *_pairs(
        _TRIAL,
        "What did the trial find?",
        ("The trial included 412 adults with type 2 diabetes.", True, "paraphrase"),
        ("HbA1c fell by 1.1 percentage points in the drug group after 24 weeks.", True, "part"),
        ("HbA1c fell by 1.1 points in the placebo group.", False, "number of something else"),
        ("18% of patients on the drug reported nausea.", True, "reworded"),
        ("28% of patients reported nausea.", False, "wrong number"),
        ("Severe hypoglycaemia occurred in both groups.", False, "negation"),
        ("There was no severe hypoglycaemia in either group.", True, "reworded"),
        ("Patients with kidney failure were included.", False, "antonym"),
        ("Patients with kidney failure could not take part.", True, "paraphrase"),
        ("HbA1c rose in the drug group.", False, "antonym"),
    ),
    *_pairs(
        _RIVER,
        "Tell me about the Rhine.",
        ("The Rhine is about 1,233 km long.", True, "pronoun"),
        ("The Rhine flows into the North Sea.", True, "part"),
        ("The Rhine flows into the Black Sea.", False, "wrong name"),
        ("The Rhine is longer than the Danube.", False, "wrong relation"),
        ("Cologne lies on the Rhine.", True, "part"),
        ("Hamburg lies on its banks.", False, "wrong name"),
        ("The Upper Middle Rhine Valley became a World Heritage Site in 2002.", True, "paraphrase"),
        ("It has been a World Heritage Site since 2012.", False, "wrong number"),
        ("The Rhine starts in the Swiss Alps.", True, "paraphrase"),
    ),
    *_pairs(
        _REPORT,
        "How did the year go?",
        ("Revenue grew to 4.1 million euros in 2023.", True, "part"),
        ("Revenue fell to 4.1 million euros in 2023.", False, "antonym"),
        ("Staff numbers increased from 58 to 64.", False, "antonym"),
        ("The number of staff fell from 64 to 58.", True, "paraphrase"),
        ("The Dresden office was closed in June.", False, "wrong name"),
        ("The Leipzig office closed in June.", True, "part"),
        ("The Dresden office is still open.", True, "paraphrase"),
        ("A dividend will be paid.", False, "negation"),
        ("No dividend is paid.", True, "reworded"),
        ("The growth came mainly from the new online shop.", True, "paraphrase"),
    ),
]

_INSURANCE = (
    "The policy covers the building against fire, storm and burst pipes up to 750,000 euros. Damage by flooding is not "
    "covered unless the elemental cover was added. Each claim has an excess of 250 euros. Report damage within seven "
    "days by telephone or in writing; otherwise the insurer may reduce the payment. The policy ends on 31 December "
    "2025 and renews itself by one year if nobody cancels it three months before."
)
_SCHOOL = (
    "Lessons begin at 8:15 and end at 13:30, on Wednesdays at 12:40. Children who are ill must be reported to the "
    "office before 8:00. Mobile phones stay switched off on the school grounds. The head teacher is Ms Salma Haddad; "
    "her deputy, Mr Piotr Zielinski, looks after the timetable. Lunch costs 3.80 euros and must be booked by Thursday "
    "of the week before."
)
_SOFTWARE = (
    "Version 4.2 removes the old export dialog and adds a dark theme. It needs at least 8 GB of memory and Windows 10 "
    "or later; Windows 7 is no longer supported. Projects made with version 3 open without change, but cannot be "
    "saved back in the old format. The licence covers three computers. Backups are written every 15 minutes to the "
    "folder of the project."
)
_CASTLE = (
    "The castle was built between 1237 and 1261 by Count Otto III. It burned down in 1504 and was rebuilt by his "
    "great-grandson Ludwig in the Renaissance style. During the war it served as a hospital. The city bought it in "
    "1951 for 120,000 marks. Today the east wing holds a museum with about 40,000 visitors a year, while the west "
    "wing is closed to the public."
)
_CHEMISTRY = (
    "The solution was heated to 80 °C for two hours and then cooled slowly to room temperature. Crystals formed "
    "after adding 50 ml of ethanol. The yield was 64%, compared with 41% in the earlier method by Larsen. The product "
    "is soluble in water but insoluble in hexane. It should be stored in the dark, because light decomposes it."
)
_LETTER = (
    "Thank you for your application of 3 May. Your permit for the extension is granted, with the condition that the "
    "work is finished within 18 months. The fee of 310 pounds is due by 30 June. You may not begin before the fee has "
    "been paid. If you disagree with this decision, you can appeal to the planning committee within 28 days. Your "
    "case officer is Helen Marsh."
)

HELD = [
    *_pairs(
        _INSURANCE,
        "What does the policy cover?",
        ("The policy covers the building against fire, storm and burst pipes.", True, "copy"),
        ("The building is insured up to €750,000 against fire, storm and burst pipes.", True, "paraphrase"),
        ("The policy covers up to 570,000 euros.", False, "wrong number"),
        ("Damage by flooding is covered.", False, "negation"),
        ("Flood damage is only covered if the elemental cover was added.", True, "paraphrase"),
        ("The excess is 250 euros for each claim.", True, "reworded"),
        ("The excess is 750,000 euros.", False, "number of something else"),
        ("Damage must be reported within 7 days.", True, "number word"),
        ("Damage must be reported within three days.", False, "wrong number"),
        ("The policy ends on December 31, 2025.", True, "date in other order"),
        ("The policy ends on 31 October 2025.", False, "wrong date"),
        ("The policy covers theft.", False, "invented"),
        (
            "The policy renews automatically for another year unless it is cancelled three months earlier.",
            True,
            "paraphrase",
        ),
    ),
    *_pairs(
        _SCHOOL,
        "What should parents know?",
        ("Lessons begin at 8:15.", True, "part"),
        ("Lessons begin at 8:00.", False, "number of something else"),
        ("On Wednesdays lessons end at 12:40.", True, "reworded"),
        ("Lessons end at 12:40 on Fridays.", False, "wrong name"),
        ("Ill children must be reported to the office before 8:00.", True, "reworded"),
        ("The head teacher is Mr Piotr Zielinski.", False, "wrong name"),
        ("Salma Haddad is the head teacher.", True, "reworded"),
        ("Lunch costs €3.80.", True, "part"),
        ("Lunch costs 8.30 euros.", False, "wrong number"),
        ("Mobile phones must be switched off at school.", True, "paraphrase"),
        ("Mobile phones may be switched on in the break.", False, "antonym"),
        ("Lunch has to be booked by Thursday of the previous week.", True, "paraphrase"),
    ),
    *_pairs(
        _SOFTWARE,
        "What is new?",
        ("Version 4.2 adds a dark theme.", True, "part"),
        ("Version 4.2 adds the old export dialog.", False, "antonym"),
        ("Version 4.2 removes the dark theme.", False, "antonym"),
        ("It needs 8 GB of memory or more.", True, "paraphrase"),
        ("It needs 16 GB of memory.", False, "wrong number"),
        ("Windows 7 is supported.", False, "negation"),
        ("Windows 7 is not supported any more.", True, "paraphrase"),
        ("Projects from version 3 can be saved back in the old format.", False, "negation"),
        ("The licence is for 3 computers.", True, "number word"),
        ("Backups are written every 15 minutes to the project folder.", True, "reworded"),
        ("Backups are written every fifty minutes.", False, "wrong number"),
        ("It runs on a Mac.", False, "invented"),
    ),
    *_pairs(
        _CASTLE,
        "What is the history of the castle?",
        ("Count Otto III built the castle between 1237 and 1261.", True, "reworded"),
        ("Count Otto III built the castle between 1237 and 1504.", False, "number of something else"),
        ("The castle was built by Ludwig.", False, "wrong name"),
        ("It was rebuilt in the Renaissance style after a fire in 1504.", True, "paraphrase"),
        ("The castle served as a hospital during the war.", True, "pronoun"),
        ("The castle served as a prison during the war.", False, "wrong fact"),
        ("The city bought the castle in 1951 for 120,000 marks.", True, "pronoun"),
        ("The city sold it in 1951.", False, "antonym"),
        ("The museum is in the east wing.", True, "paraphrase"),
        ("The west wing is open to the public.", False, "antonym"),
        ("The museum has about 40,000 visitors a year.", True, "part"),
    ),
    *_pairs(
        _CHEMISTRY,
        "How was it made?",
        ("The solution was heated to 80 °C for two hours.", True, "copy"),
        (
            "The solution was heated for 2 h at 80 °C and slowly cooled to room temperature.",
            True,
            "paraphrase",
        ),
        ("The solution was cooled to 80 °C.", False, "wrong relation"),
        ("The yield was 41%.", False, "number of something else"),
        ("The yield was 64%.", True, "part"),
        ("Larsen's earlier method had a yield of 41%.", True, "reworded"),
        ("The product is soluble in hexane.", False, "antonym"),
        ("The product dissolves in water.", True, "paraphrase"),
        ("The product is not soluble in hexane.", True, "negation in other words"),
        ("It should be stored in the light.", False, "antonym"),
        ("50 ml of ethanol were added to get crystals.", True, "paraphrase"),
        ("Crystals formed after adding 50 ml of methanol.", False, "wrong fact"),
    ),
    *_pairs(
        _LETTER,
        "What did the council decide?",
        ("The permit for the extension is granted.", True, "part"),
        ("The permit for the extension was refused.", False, "antonym"),
        ("The work must be finished within 18 months.", True, "reworded"),
        ("The work must be finished within 28 days.", False, "number of something else"),
        ("The fee is £310 and is due by 30 June.", True, "reworded"),
        ("The fee is due by 3 May.", False, "wrong date"),
        ("You may begin before the fee has been paid.", False, "negation"),
        ("Work cannot start until the fee is paid.", True, "paraphrase"),
        ("You can appeal to the planning committee within 28 days.", True, "copy"),
        ("You cannot appeal against the decision.", False, "negation"),
        ("Helen Marsh is the case officer.", True, "reworded"),
        ("The case officer is Helen Marsden.", False, "wrong name"),
    ),
]
