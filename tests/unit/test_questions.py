"""What a question wants: a count or a list of files, a summary of one, or quotes, in many wordings."""

from __future__ import annotations

import pytest

from desktop.core.questions import Question, Unit, Wanted, content_of, understand

COUNTED = [
    ("Which files mention asbestos?", Question(Wanted.MENTIONS, ("asbestos",))),
    ("Which documents mention the deposit?", Question(Wanted.MENTIONS, ("deposit",))),
    ('What files contain the word "damp"?', Question(Wanted.MENTIONS, ("damp",), True)),
    ("How many documents are about heating?", Question(Wanted.MENTIONS, ("heating",))),
    ("How many of the files mention Daniel Reyes?", Question(Wanted.MENTIONS, ("Daniel Reyes",))),
    ("List all files that mention gas.", Question(Wanted.MENTIONS, ("gas",))),
    (
        "list every document that contains boiler or radiator",
        Question(Wanted.MENTIONS, ("boiler", "radiator")),
    ),
    ("Show me all documents about insurance", Question(Wanted.MENTIONS, ("insurance",))),
    ("In which files is the roof mentioned?", Question(Wanted.MENTIONS, ("roof",))),
    ("In which documents does the word rent occur?", Question(Wanted.MENTIONS, ("rent",))),
    (
        "On which pages is frost protection mentioned?",
        Question(Wanted.MENTIONS, ("frost protection",), False, Unit.PAGES),
    ),
    ("Which pages of the manual mention E119?", Question(Wanted.MENTIONS, ("E119",), False, Unit.PAGES)),
    ("how often is the landlord mentioned?", Question(Wanted.TIMES, ("landlord",))),
    ('How many times does the word "heating" appear?', Question(Wanted.TIMES, ("heating",), True)),
    ("How many times do the files mention Nordic Dach?", Question(Wanted.TIMES, ("Nordic Dach",))),
    ("Where is the filling loop mentioned?", Question(Wanted.MENTIONS, ("filling loop",))),
    ("Are there any files that mention cats?", Question(Wanted.MENTIONS, ("cats",))),
    ("Is asbestos mentioned anywhere?", Question(Wanted.MENTIONS, ("asbestos",))),
    ("Is mould mentioned in any of the files?", Question(Wanted.MENTIONS, ("mould",))),
    ("Do any documents mention flooding?", Question(Wanted.MENTIONS, ("flooding",))),
    ("Does any file mention flooding?", Question(Wanted.MENTIONS, ("flooding",))),
    ("How many rows mention price?", Question(Wanted.MENTIONS, ("price",), False, Unit.ROWS)),
    ("How many survey answers mention price?", Question(Wanted.MENTIONS, ("price",), False, Unit.ROWS)),
    ("How many answers mention the price?", Question(Wanted.MENTIONS, ("price",), False, Unit.ROWS)),
    ("Which reviews talk about delivery?", Question(Wanted.MENTIONS, ("delivery",), False, Unit.ROWS)),
    ("How many reports refer to climate change?", Question(Wanted.MENTIONS, ("climate change",))),
    ("Which e-mails contain “invoice 2231”?", Question(Wanted.MENTIONS, ("invoice 2231",), True)),
    ("count the documents that mention solar panels", Question(Wanted.MENTIONS, ("solar panels",))),
    ("Count all mentions of Tom Becker", Question(Wanted.TIMES, ("Tom Becker",))),
    ("Please list the files which discuss noise.", Question(Wanted.MENTIONS, ("noise",))),
    ("Can you list all files mentioning dogs?", Question(Wanted.MENTIONS, ("dogs",))),
    ("which of these documents deal with pets", Question(Wanted.MENTIONS, ("pets",))),
    ("How many files are there?", Question(Wanted.FILES)),
    ("How many documents do I have?", Question(Wanted.FILES)),
    ("List all files", Question(Wanted.FILES)),
    ("Which files are there in this collection?", Question(Wanted.FILES)),
    ("In how many documents does Alba Roofing appear?", Question(Wanted.MENTIONS, ("Alba Roofing",))),
    ("Which of my files are about insurance?", Question(Wanted.MENTIONS, ("insurance",))),
    ("What documents talk about the boiler, please?", Question(Wanted.MENTIONS, ("boiler",))),
    ("How often does “Gas Safe” occur in the files?", Question(Wanted.TIMES, ("Gas Safe",), True)),
    ("Which letters mention the council or the mayor?", Question(Wanted.MENTIONS, ("council", "mayor"))),
    ("Show files containing 'service charge'", Question(Wanted.MENTIONS, ("service charge",), True)),
]
SUMMARIES = [
    ("Summarise this document", ""),
    ("Summarize report.pdf", "report.pdf"),
    ("summarise Heating manual.pdf for me", "Heating manual.pdf"),
    ("Give me a summary of the tenancy agreement", "the tenancy agreement"),
    ("What is this file about?", ""),
    ("What's this document about?", ""),
    ("what is Board minutes March.docx about?", "Board minutes March.docx"),
    ("Give me an overview", ""),
    ("What are the main points of this report?", ""),
    ("Summarise it in three sentences", ""),
    ("tl;dr", ""),
    ("What does this document say?", ""),
]
ORDINARY = [
    "How many radiators are there?",
    "How many documents must I submit?",
    "Which documents do I need for the application?",
    "What does the document say about pets?",
    "How many pages does the report have?",
    "Which files say that the rent is due monthly?",
    "Which report mentions how the roof is paid for?",
    "List all tenants",
    "List the steps to bleed a radiator",
    "How many people mentioned in the report live in Berlin?",
    "What is included in the rent?",
    "Who is mentioned in the minutes?",
    "What is the contract about roofing worth?",
    "Where is the boiler?",
    "Where does the Rhine rise?",
    "When was the castle mentioned first?",
    "How often must the boiler be serviced?",
    "How many times a year may the rent be raised?",
    "How many votes did the offer receive?",
    "Do I have to mention my pets?",
    "Does the policy cover flooding?",
    "Does the contract include water?",
    "What papers did Einstein publish?",
    "Which article of the constitution guarantees free speech?",
    "Name the documents that have to be handed in",
    "What are the main rules about noise?",
    "Find the rent",
    "What was in the letter from the council about parking?",
    "Which letter did she send?",
    "How many letters are in the word rent?",
    "What includes the rent?",
    "Why does the report mention flooding?",
    "What texts did Luther translate?",
    "Is smoking allowed anywhere?",
    "Count the rooms",
    "Which note was played first?",
    "How many messages can be sent per day?",
    "In which year was the castle mentioned first?",
    "What are the key findings about nausea?",
    "How many files can the scanner hold?",
    "How often is the chimney swept?",
    "Is the flat furnished?",
    "Where do I find the meter?",
    "Which rules mention pets and why?",
    "How many bedrooms does the report mention?",
    "Give me the rent",
    "What do the minutes say about the roof?",
    "Show me how to bleed a radiator",
    "What is the summary penalty for late payment?",
    "Name three countries",
    "What time is the meeting about the roof?",
]


@pytest.mark.parametrize(("asked", "question"), COUNTED)
def test_questions_that_count_or_list(asked: str, question: Question) -> None:
    assert understand(asked) == question
    assert understand(asked.upper()).wanted is question.wanted
    assert understand(f"  {asked.rstrip('?.')} ").wanted is question.wanted


@pytest.mark.parametrize(("asked", "file"), SUMMARIES)
def test_questions_for_a_whole_file(asked: str, file: str) -> None:
    assert understand(asked) == Question(Wanted.SUMMARY, file=file)


@pytest.mark.parametrize("asked", ORDINARY)
def test_ordinary_questions(asked: str) -> None:
    assert understand(asked) == Question()


@pytest.mark.parametrize(
    ("asked", "file"),
    [
        ("What is the deposit about?", "the deposit"),
        ("Summarise the rules about pets", "the rules about pets"),
        ("What is photosynthesis about?", "photosynthesis"),
    ],
)
def test_whether_a_file_is_called_so_is_not_known_here(asked: str, file: str) -> None:
    assert understand(asked) == Question(Wanted.SUMMARY, file=file)


def test_a_degree_is_no_word_that_an_answer_has() -> None:
    assert content_of("How high is the deposit?") == ["deposit"]
    assert content_of("How old was he, and how often did he play?") == ["play"]
    assert content_of("Is the high water mark old?") == ["high", "water", "mark", "old"]


def test_a_short_question_goes_on_with_the_one_before() -> None:
    before = understand("How often is gas mentioned?")
    assert understand("And oil?", before) == Question(Wanted.TIMES, ("oil",))
    assert understand("what about the solar panels", before) == Question(Wanted.TIMES, ("solar panels",))
    assert understand("And oil?") == Question()
    assert understand("And oil?", understand("What does gas cost?")) == Question()
    assert understand("And who has to pay for all of this oil?", before) == Question()


@pytest.mark.parametrize(
    "asked", ["", " ", "?", "which files", "which files mention", "“”", "a" * 5000, "which " * 800]
)
def test_any_text_is_understood(asked: str) -> None:
    assert understand(asked) == Question()
