"""Natural questions by the kind of answer that they want, written to be confused: read before any rule was changed."""

from __future__ import annotations

HOW_MANY = """
How many people live in Lisbon?
How many files does the archive hold?
How many pages does the manuscript have?
How many documents were signed at the conference?
How many letters did she write from prison?
How many reports has the committee published since 1990?
How many articles does the convention contain?
How many papers did the laboratory publish in 2019?
How many e-mails does an employee receive a day?
How many messages can the buffer hold?
How many entries does the dictionary contain?
How many answers were given by telephone?
How many comments does the draft contain?
How many reviews does the hotel have?
How many texts did the school use for teaching Latin?
How many contracts did the company sign last year?
How many invoices are still unpaid?
How many notes does a piano have?
How many sources feed the river?
How many minutes does the walk take?
How many minutes is the lunch break?
How many records did the band sell?
How many records include the song?
How many rows of seats does the theatre have?
How many tickets were sold?
How many pages include pictures of the building?
How many members does the parliament have?
How many people speak Basque?
How many people use the app every month?
How many states use the death penalty?
How many countries have the euro?
How many schools contain a library?
How many rooms have a balcony?
How many employees deal with complaints?
How many languages are spoken in the canton?
How many species are found in the lake?
How many languages are used in the parliament?
How many times did he win the race?
How many times was the bridge rebuilt?
How many times has the church been named as a heritage site?
How often are the reports published?
How often is the minister named in a cabinet reshuffle a year?
How often is the fire drill held?
How often does the committee meet?
How often does the comet appear?
How often do eclipses occur?
How often is the water used for irrigation?
How often does the word processor save the document?
How many of the documents were destroyed in the fire?
How many of the letters survive?
How many of the reports were late?
How many documents are needed to open an account?
How many papers are required for the doctorate?
How many files were lost in the flood?
How many files can be uploaded at once?
How many files do users have to submit?
How many copies of the contract are needed?
How many occurrences of the disease were reported?
How many mentions did the film get from the jury?
How many articles are in the second chapter of the constitution?
How many sources of energy does the plant use?
How many presentations are scheduled for Tuesday?
How many attachments must I send with the form?
How many days of leave do I have left after the contract?
How many articles about the war did the journalist write?
How many books about whales did he publish?
How many reports about the accident were written by the police?
How many letters were written about the case?
How much does the report say the repair costs?
How many patients reported nausea?
How many letters are there in the alphabet?
How many articles are there in the constitution?
How many minutes are there in an hour?
How many documents do we have to submit?
How many documents are in the safe?
How many files do I have to send to the tax office?
How many respondents mentioned the price as a reason to leave?
""".strip().splitlines()
"""Facts that stand in a text as a number; nothing is counted."""

WHICH_AND_LIST = """
Which files do I have to hand in?
Which documents prove that I am insured?
Which document ended the war?
Which papers are required for a visa?
Which report led to the resignation of the minister?
Which reports did the auditors reject?
Which letter is missing in the alphabet of the inscription?
Which letters are silent in the word?
Which article was amended in 1992?
Which articles of the treaty concern fishing rights?
Which article deals with the freedom of the press?
Which contract includes the roof repair?
Which contracts were terminated early?
Which message did the pilot send first?
Which texts were lost in the library of Alexandria?
Which text did the monks copy?
Which source does the author trust most?
Which sources of income does the club have?
Which note is played by the violin at the end?
Which minutes were approved?
Which pages must be signed?
Which page has to be sent back?
Which entry won the competition?
Which entries were rejected by the jury?
Which record did she break in 1972?
Which records contain the most errors according to the audit?
Which reviews made the film famous?
Which responses are considered valid?
Which tickets are valid on Sundays?
Which answers were accepted?
Which invoices are due in May?
Which city is mentioned as the birthplace of the poet?
Which countries use the dollar?
Which rooms contain asbestos?
Which flats include a parking space?
Which ingredient contains gluten?
Which products contain nuts?
Which rule is about pets?
Which chapter deals with taxation?
Which law is about data protection?
Which newspaper published the report about the scandal?
Which party uses the colour green?
Which university has the oldest botanical garden?
What documents must be presented at the border?
What documents does the landlord need?
What document is the basis of the union?
What papers did the refugees carry?
What report criticised the police?
What reports are due at the end of the quarter?
What letters did the poet send to his brother?
What message does the novel convey?
What article did she write about the strike?
What contract did the player sign?
What text is engraved on the stone?
What page of the form asks for the income?
What sources of error are there?
What files does the program create?
What file formats does the scanner support?
What entries does the passport need?
List the members of the board
List all steps to reset the alarm
List the countries that border Switzerland
List the documents needed for the application
List all documents that must be kept for ten years
List the reports that have to be delivered each month
List the tenants who use the lift
List three reasons for the delay
List the files that the installer writes
List all contracts that end this year
List the products with nuts
Name all documents that the tenant receives when moving in
Name the articles that guarantee free speech
Name the rooms that contain asbestos
Name two sources of vitamin C
Name the report that led to the reform
Find the address of the caretaker
Find all dates on which rent is due
Find the contract number
Show me the way to the archive
Show the results of the vote
Give me the names of the managers
Give me all dates in the contract
Show me the minutes of the meeting in May
Give me the documents required
Count the votes for the motion
Count the chairs in the hall
""".strip().splitlines()
"""Facts and lists that stand in a text; no file is looked for by its words."""

WHERE_AND_WHETHER = """
Where is gold found in the region?
Where are polar bears found?
Where is the gene found?
Where is coal used today?
Where are the instruments used?
Where is the language used as an official one?
Where does the Danube rise?
Where does the disease occur most often?
Where does malaria occur?
Where do earthquakes occur?
Where does the character first appear?
Where did the comet appear?
Where does the statue stand?
Where does the church stand?
Where do the candidates stand on taxes?
Where does the problem show up first?
Where does the question come up?
Where is the meeting?
Where is the treasure named after the queen kept?
Where was the agreement signed?
Where were the manuscripts found?
Where was the body found?
Where was the first skeleton found?
Where were the letters found?
Where is uranium found?
Where is the river named after a saint?
Where is the term used in physics?
Where are most of the vitamins found?
Where can I find the meter?
Where is the pancreas found in the body?
Is smoking allowed in any of the rooms?
Is gold found in the mountains?
Is oil found in any of the provinces?
Is the drug used anywhere in Europe?
Is the method still used somewhere?
Is French used in any of the schools?
Are wolves found anywhere in Denmark?
Are dogs allowed in the office?
Is the tenant liable for damage?
Are penalties named in the contract?
Does the disease occur in any other species?
Does the word come from Latin?
Does any tenant use the lift?
Does any article deal with fishing?
Does any law concern parking?
Does the report recommend new windows?
Does the contract mention a penalty for late delivery?
Does the manual explain how to reset the device?
Do any contracts end in May?
Do any of the documents have to be signed?
Do any reports have to be sent by post?
Are there any documents to be signed?
Are there any papers I need for customs?
Are there files that must not be deleted?
Are there any letters in the Cyrillic alphabet without a sound?
Is there a report to be written after the trip?
Is there any contract for the cleaning of the windows?
Are there any notes to be played with the left hand?
Is there a document that proves the ownership?
Is there any message to be sent to the tenants?
In which document was independence declared?
In which report was the error admitted?
In which letter does he confess?
In what text is the hero a king?
In which article is freedom of speech guaranteed?
In which articles are the powers of the president named?
On which page is the signature required?
On what page do I sign?
On which pages are signatures used?
In which country is coal mentioned as the main export?
In which year is the town first mentioned?
In how many countries is the drug used?
In how many countries is Spanish spoken?
In what papers was the theory published?
When was the town first mentioned?
When does the term appear first?
Who is mentioned in the will?
Who discusses the offer with the bank?
Why does the letter mention the council?
What does the report mention as the cause?
What is discussed at the meeting?
""".strip().splitlines()
"""Places, times, and yes or no."""

ABOUT = """
What is the law of supply about?
What are the main points of the reform?
What are the main findings of the committee on safety?
What is the key message of the queen?
What is the main idea behind the theory of relativity?
What are the key points that divided the parties?
What is the most important statement that the witness made?
What is in the basement?
What is in the box?
What is in the medicine?
What's in the first aid kit?
What does the article of the constitution say about speech?
What does the contract say about notice?
What does this policy say about water damage?
What does the letter say that the tenant must do?
What does it say on the door?
What does the sign say?
What does it mean?
What does the report cost?
What is it made of?
What is this person accused of?
What is the abstract noun for free?
What is the summary of costs for 2024?
What is the overview map for?
What is an overview effect?
What is an outline agreement?
What is the contract about the roof worth?
What is the report about the flood called?
What is the book about whales called?
What is so special about the house?
What is unusual about the roof?
What is known about the author?
What is known about the illness?
What is said about pets?
What is said about the deposit?
What is important to know about the boiler?
What is new about the second edition?
What is wrong about the first invoice?
What is the fuss about?
What was the dispute about?
What was the speech about?
What were the protests about?
What are the rules about noise about to become?
What are tenants worried about?
What is the mayor worried about?
What are the neighbours complaining about?
What is the tenant asked about?
What is the committee thinking about?
What is the author writing about?
What is the discussion in section 4 about?
What are the facts about the vaccine?
What are the facts in the case?
What are the main exports of Chile?
What are the main reasons for the strike?
What are the key dates?
What are the main ideas of the Enlightenment?
What is the main point of contention?
What is the key finding of Table 3?
Who wrote the summary?
Where is the summary sent?
When must the summary be handed in?
How long may the abstract be?
Is there a summary table of the costs?
Does the overview include the year 2020?
Give me the outline of the coast
Give the short form of the name
Make a short list of the suppliers
Show the abstract paintings
Recap the vote on the roof
""".strip().splitlines()
"""They sound like a wish for a summary, and want a fact."""

COUNTING = """
Which files mention the word asbestos?
Which of the files mention asbestos?
Which files talk about solar energy?
Which file mentions Mr Albrecht?
Which documents contain the phrase “force majeure”?
Which documents refer to section 12?
Which documents have the word “urgent”?
Which documents discuss pets?
Which documents use the term carbon footprint?
Which pdfs mention GDPR?
Which PDFs are about heating?
Which reports mention inflation?
Which reports are about water damage?
Which reports talk about staff turnover?
Which letters mention the deposit?
Which mails mention the invoice?
Which emails contain the word deadline?
Which e-mails are about parking?
Which messages mention lunch?
Which contracts mention a penalty?
Which contracts contain “automatic renewal”?
Which invoices mention scaffolding?
Which notes mention Anna?
Which minutes mention the lift?
Which presentations mention our competitor?
Which spreadsheets contain VAT?
Which articles mention climate change?
Which papers cite Darwin?
Which papers discuss transformers?
Which attachments contain a logo?
Which pages mention frost?
Which pages of the handbook mention overtime?
Which rows mention delivery?
Which responses mention the canteen?
Which comments mention noise?
Which tickets mention the login?
Which reviews mention the battery?
What files mention the roof?
What documents are about insurance?
How many files mention the landlord?
How many documents contain the word rent?
How many pdfs contain “confidential”?
How many pages mention Berlin?
How many emails mention the strike?
How many letters are about parking?
How many comments mention the price?
How many reviews talk about the staff?
How many tickets mention a crash?
How many of my documents mention tax?
How many contracts refer to the annex?
In how many files is the annex mentioned?
In how many documents does “Gas Safe” appear?
In which files is Ms Okafor mentioned?
In which documents is the term liability used?
In which documents can I find the word deposit?
In what files does the name Reyes appear?
On which pages does the word frost occur?
On which pages is “E119” mentioned?
How often is Berlin mentioned?
How often does the word liability appear in the contracts?
How often is the word “tenant” used?
How often do the files mention the council?
How many times does “Harbour Street” occur?
How many times is Mr Becker mentioned in the minutes?
How many times do the documents mention mould?
Count the files that mention oil
Count all occurrences of “shall”
Count the mentions of Brandt in these files
List all files that mention the boiler
List the documents that contain the word damp
List every file mentioning subletting
List the files about insurance
Show me the files that mention the deposit
Show me all emails about parking
Find all documents that mention the flood
Find files containing “net 30”
Find every report that mentions absenteeism
Name all files that refer to the fire doors
Give me all documents that mention pets
Give me the files about heating
Are there any files that mention mould?
Are there files about insurance?
Is there any document that mentions bankruptcy?
Is there a file that mentions the key list?
Do any files mention the year 1987?
Does any document contain the word “waiver”?
Is the word mould mentioned anywhere?
Is Mr Albrecht mentioned in any document?
Where is the key list mentioned?
Where is the word “waiver” used?
""".strip().splitlines()
"""All passages are to be looked through."""

STORED = """
How many files are there?
How many files are there in this collection?
How many files do I have?
How many files do we have here?
How many files are here?
How many files are in this folder?
How many files are in my library?
How many documents are in the sample collection?
How many documents have I imported?
How many PDFs are there?
How many PDFs do I have?
How many documents have you read?
Which files are there?
Which files do you have?
Which documents are in this collection?
What files are in my library?
What documents do we have?
List all files
List my documents
Show me all files
Show the files in this collection
Name all documents
""".strip().splitlines()
"""The files themselves are to be listed."""

WHOLE = """
Summarise this file
Summarise this document
Summarize this PDF
Summarise the report
Summarise it
Summarise the whole document
Summarise the attached contract
Please summarise this document
Please summarise this for me
Can you summarise this file?
Could you summarise the document for me?
Can you give me a summary of this document?
Summarise this document in three sentences
Summarise this report in plain words
Summarise this file as bullet points
Summarise lease.pdf
Summarise lease.pdf in five bullet points
Summarise “Board minutes.docx”
Summarise the file report.pdf
Summarise the document called Lease 2021
Sum up this document
Sum up this letter for me
Recap this document
Condense this report
Give me a summary
Give me a summary of this document
Give me a short summary of this file
Give me a brief summary of the report
Give me a quick overview of the document
Give me an overview of this contract
Give me an outline of this paper
Give me the tl;dr
Write a summary of this paper
Write me a short summary of the contract
Write an abstract of this paper
Make a summary of this document
A summary of this document, please
Short summary please
Summary
Summary please
Summary of lease.pdf
Overview of this document
tl;dr
TLDR of this paper
What is this document about?
What is this file about?
What's this about?
What is this PDF about?
What is this paper all about?
What is the document about?
What is this contract about?
What is the attached file about?
What is lease.pdf about?
What's in this file?
What is in this document?
What is in lease.pdf?
What does this document say?
What does this letter say?
What does lease.pdf say?
What are the main points of this document?
What are the main points?
What are the key points of this paper?
What are the key findings of this report?
What are the most important points of this contract?
What are the main ideas in this book?
What is the main message of this document?
What is the main idea of this text?
What are the main findings of the report?
""".strip().splitlines()
"""One file as a whole."""
