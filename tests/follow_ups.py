"""A small set of follow-up questions, written before the rules: files, and pairs of questions with the right answer."""

from __future__ import annotations

FILES = {
    "lease-harbour-street":
        "Lease of the office in Harbour Street. The notice period for the office is nine months. This "
        "period has applied since 4 March 2024. The rent for the office is 2,300 euros a month. It is due "
        "on the third working day of each month. The deposit for the office is 6,900 euros. It is kept in "
        "an account at the Sparkasse.",
    "lease-mill-lane":
        "Lease of the warehouse in Mill Lane. The notice period for the warehouse is six weeks. The rent "
        "for the warehouse is 1,150 euros a month. The deposit for the warehouse is 3,450 euros. Pets may "
        "be kept in the yard of the warehouse only.",
    "boiler":
        "Manual of the boiler Thermax 24. The boiler needs a pressure between 1.2 and 1.8 bar. It is filled "
        "through the loop below the casing. Error E119 means that the pressure is too low. Error E133 means "
        "that no gas arrives. The filter is cleaned every two years by a heating engineer. A new filter "
        "costs 38 euros.",
    "minutes":
        "Minutes of the board meeting on 12 May 2025. The board chose Alba Roofing for the new roof by four "
        "votes to one. The work on the roof begins on 1 September. The chair, Daniel Reyes, signs the "
        "contract. The board put off the repair of the lift until the autumn. The next meeting is on 9 June "
        "in the community room.",
    "town":
        "Brackwater is a town on the river Ossel. It has 41,300 inhabitants. The town was founded in 1187 "
        "by Bishop Alrik. The cathedral of Brackwater was built of red sandstone. It was completed in 1342. "
        "The largest employer of the town is the paper mill Norden.",
    "painter":
        "Ilse Marrow was a painter from Cardiff. She was born in 1871. Ilse Marrow studied in Munich under "
        "Franz Stuck. Her best known painting is The Blue Ferry. It hangs in the museum of Bristol. Ilse "
        "Marrow died in Lisbon in 1932.",
    "course":
        "The evening course in Portuguese takes place on Tuesdays at seven. It costs 145 euros. The course "
        "in Japanese takes place on Thursdays at six. The course in Japanese costs 180 euros. Both courses "
        "are held in room 214. Students under 26 pay half.",
    "trip":
        "On the first day of the trip we go to Porto by train. The train leaves at 8.15 from platform 3. On "
        "the second day we visit the port wine cellars. On the third day we go to Braga by bus. Lunch is "
        "included on the second day. Passengers bring their passports.",
    "invoice":
        "Invoice 2231 of Brandt Cleaning for the stairs amounts to 412 euros. Invoice 2231 is due on 30 "
        "June. Invoice 2245 of Kessler Gardening for the hedges amounts to 890 euros. Invoice 2245 was paid "
        "on 2 July.",
    "sales":
        "In 2022 the shop sold 1,840 bicycles. In 2023 the shop sold 2,210 bicycles. In 2024 it sold 1,975 "
        "bicycles. Most bicycles are repaired within five days. The shop opens at nine and closes at half "
        "past six.",
}  # fmt: skip

PAIRS = (
    # the question before, the follow-up, what the right quote contains
    ("How long is the notice period for the office in Harbour Street?", "And since when?", "4 March 2024"),
    ("How long is the notice period for the office?", "And for the warehouse?", "six weeks"),
    ("How high is the rent for the office?", "When is it due?", "third working day"),
    ("How high is the rent for the office?", "And the deposit?", "6,900"),
    ("How high is the deposit for the office?", "Where is it kept?", "Sparkasse"),
    ("How high is the rent for the office?", "What about the warehouse?", "1,150"),
    ("How high is the deposit for the warehouse?", "And for the office?", "6,900"),
    ("What pressure does the boiler need?", "How is it filled?", "loop below the casing"),
    ("What does error E119 mean?", "And E133?", "no gas"),
    ("How often is the filter cleaned?", "By whom?", "heating engineer"),
    ("How often is the filter cleaned?", "How much does a new one cost?", "38 euros"),
    ("Which company did the board choose for the new roof?", "By how many votes?", "four votes"),
    ("Which company was chosen for the roof?", "When does the work on it begin?", "1 September"),
    ("Who is the chair of the board?", "What does he sign?", "signs the contract"),
    ("When does the work on the roof begin?", "And what about the lift?", "autumn"),
    ("When is the next meeting of the board?", "Where?", "community room"),
    ("How many inhabitants does Brackwater have?", "When was it founded?", "1187"),
    ("When was Brackwater founded?", "By whom?", "Bishop Alrik"),
    ("What was the cathedral of Brackwater built of?", "And when was it completed?", "1342"),
    ("How many inhabitants does Brackwater have?", "Who is its largest employer?", "Norden"),
    ("When was Ilse Marrow born?", "Where did she study?", "Munich"),
    ("Where did Ilse Marrow study?", "Under whom?", "Franz Stuck"),
    ("Where did Ilse Marrow study?", "What is her best known painting?", "The Blue Ferry"),
    ("What is the best known painting by Ilse Marrow?", "Where does it hang?", "Bristol"),
    ("When was Ilse Marrow born?", "And when did she die?", "1932"),
    ("What does the course in Portuguese cost?", "And the one in Japanese?", "180 euros"),
    ("When does the course in Portuguese take place?", "And Japanese?", "Thursdays"),
    ("When does the course in Japanese take place?", "In which room?", "room 214"),
    ("What does the course in Japanese cost?", "How much do students under 26 pay?", "half"),
    ("How do we go to Porto on the first day?", "When does it leave?", "8.15"),
    ("Where do we go on the first day of the trip?", "And on the third day?", "Braga"),
    ("What do we visit on the second day?", "Is lunch included?", "Lunch is included"),
    ("How much is invoice 2231?", "When is it due?", "30 June"),
    ("How much is invoice 2231?", "What about invoice 2245?", "890"),
    ("When was invoice 2245 paid?", "And 2231?", "30 June"),
    ("How many bicycles did the shop sell in 2022?", "And in 2023?", "2,210"),
    ("How many bicycles did the shop sell in 2023?", "and 2024?", "1,975"),
    ("When does the shop open?", "When does it close?", "half past six"),
)

ALONE = (
    # the question before, a question that stands for itself, what the right quote contains
    ("How high is the rent for the office?", "What does error E119 mean?", "pressure is too low"),
    ("When was Ilse Marrow born?", "How many inhabitants does Brackwater have?", "41,300"),
    ("What does error E119 mean?", "Where did Ilse Marrow study?", "Munich"),
    ("How often is the filter cleaned?", "When is the next meeting of the board?", "9 June"),
    ("When does the shop open?", "How high is the deposit for the warehouse?", "3,450"),
    ("Who is the chair of the board?", "Is there a bus to Braga?", "by bus"),
    ("What was the cathedral built of?", "How much does the evening course in Portuguese cost?", "145"),
    ("How many bicycles did the shop sell in 2022?", "When was Ilse Marrow born?", "1871"),
    ("Which company was chosen for the roof?", "Who has to clean the filter of the boiler?", "engineer"),
    ("How do we go to Porto?", "Are pets allowed in the warehouse?", "yard"),
    ("When is invoice 2231 due?", "What must passengers bring?", "passports"),
    ("How high is the rent for the office?", "When was the town of Brackwater founded?", "1187"),
)
