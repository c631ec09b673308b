"""How English speaks to a model, in lower case: each of these says it alone."""

from __future__ import annotations

from desktop.core.injection_patterns import AI, GAP, override

ENGLISH = (
    override(
        r"ignore|disregard|forget|overlook|bypass|override|discard|abandon|neglect|dismiss|erase|"
        r"cancel|set aside|"
        r"put aside|(?:do not|don't|never|stop) (?:follow|following|obey|obeying|listen to|"
        r"listening to|heed|apply)|"
        r"pay no (?:attention|heed) to|take no notice of|throw (?:away|out)|leave (?:aside|behind)|delete",
        r"instructions?|prompts?|guidelines?|directives?|commands?|directions|restrictions|system message|"
        r"programming|guardrails|(?<!the )rules|orders|context|training",
        r"previous(?:ly)?|prior|above|earlier|preceding|your|system|foregoing|initial|so far|up to now|"
        r"(?:you (?:were|have been|got|received|had))|given to you|original|all (?:other |"
        r"the )?(?:instructions?|prompts?|rules)|"
        r"before this|developer|until now|everything",
    ),
    rf"\b(?:ignore|disregard|forget)\b (?:all|everything|anything|whatever)(?: that| what)?{GAP}"
    r"\b(?:you (?:were|have been|know|learned)|above|before|said|told|came before)\b",
    r"\b(?:ignore|disregard|forget) (?:the |any |all |everything )?(?:above|previous|"
    r"prior)\b(?: and|,|\.|;|:| text)",
    r"\byou are (?:now|no longer|hereby)\b (?:an? |the |in |free|bound|my |acting|under|going|"
    r"operating|called|named)",
    r"\b(?:from now on|from this (?:point|moment)(?: on| onwards| forward)?|henceforth|starting now),? "
    r"(?:you|your|act|answer|respond|reply|always|only|never|ignore|speak|write|pretend)\b",
    rf"\b(?:act|behave|respond|answer|reply|role-?play|speak|function) as (?:if you were |"
    rf"though you were )?(?:an? |the )?"
    rf"{GAP}\b(?:{AI}|assistant|dan|hacker|pirate|terminal|interpreter|unrestricted|unfiltered|"
    rf"uncensored|persona)\b",
    r"\bpretend (?:that )?(?:you(?:'re| are| have| were| can)|to be (?:an? )?(?:ai|assistant|"
    r"unrestricted|different))",
    r"\b(?:let's|let us|we are going to) (?:play a game|role-?play)\b[^.\n]{0,60}\byou\b",
    r"\bimagine (?:that )?you(?:'re| are) (?:an? |the )(?:ai|assistant|unrestricted|model|language|chat)",
    r"\b(?:developer|debug|jailbreak|god|dan|admin(?:istrator)?|maintenance|unrestricted|sudo) mode (?:is )?"
    r"(?:now )?(?:enabled|activated|on|engaged|unlocked)\b|\b(?:enter|enable|activate|"
    r"switch (?:in)?to|unlock) "
    r"(?:the )?(?:developer|debug|jailbreak|god|dan|unrestricted|sudo) mode\b",
    r"\bdo anything now\b",
    rf"\b(?:attention|note|message|instructions?|notice|important|warning|memo|request|hint|"
    rf"information|hello|hey|dear|hi)\b"
    rf"[ ,:-]*(?:to|for)?[ ,:-]*(?:the |an |any |all |every )?(?:following )?(?:{AI}|"
    r"(?:assistant|model|agent|bot|summari[sz]er)s?)\b(?: (?:that|who|which|reading|processing|"
    r"summari\w+|is|are|must|should)\b|[ ]?[:,!.-])",
    rf"\bif (?:you|you're|you are|this is being|this text is)\b{GAP}\b(?:an? |by an? )(?:{AI}|"
    rf"model|assistant|bot)\b",
    rf"\b(?:{AI}|assistants?|models?|bots?|agents?) (?:that (?:is |are )?|which (?:is |are )?|"
    rf"who (?:is |are )?|currently )?"
    r"(?:reading|processing|summari[sz]ing|analy[sz]ing|reads?|process(?:es)?|summari[sz]es?) this\b",
    rf"\b(?:reveal|print|show|repeat|output|leak|disclose|display|recite|expose|dump|give me|"
    rf"give us|tell me|share|reproduce|"
    rf"write (?:out|down)|spell out|summari[sz]e|quote|state|what (?:is|was|are|were))\b{GAP}"
    r"\b(?:(?:system|initial|hidden|original|secret|full|internal) (?:system )?(?:prompts?|"
    r"instructions?|message)|"
    r"your (?:\w+ ){0,2}(?:instructions|prompts?|rules|guidelines|system message|context window|"
    r"configuration|training data)|"
    r"(?:chat|conversation) history|text above|everything above|words above)\b",
    r"\b(?:begin|start|end|finish|preface|open|close) (?:all |each |every |any )?(?:of )?your (?:\w+ )?"
    r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|outputs?|messages?)\b",
    r"\byour (?:only |next |final |entire |whole |full )*(?:answer|reply|response|output|summary) "
    r"(?:must|should|has to|shall|needs to|is to|will) (?:only |always |exactly |instead )?"
    r"(?:be|say|state|contain|include|consist|begin|start|end|read|mention)\b",
    r"\b(?:include|insert|add|append|put|mention|place|embed)\b[^.!?\n]{0,90}\b(?:in(?:to)?|to|"
    r"at the (?:end|top|start|beginning) of) "
    r"(?:all |each |every |any )?(?:of )?(?:your|the) (?:next |final )?(?:answers?|repl(?:y|ies)|"
    r"responses?|summary|output)\b",
    r"\b(?:respond|reply|answer|say|output|print|write|return|type)(?: back)? (?:only |exactly |"
    r"always |just |simply |solely |instead )*"
    r"(?:(?:with |by saying |using )?(?:only |exactly |just |nothing but )*the (?:words?|phrases?|"
    r"sentences?) |"
    r"(?:with |by saying )(?:only |exactly )?(?:the )?(?:string|text) )[\"'“‘«(]?\w",
    r"\b(?:respond|reply|answer)(?: to (?:all|any|every)\w* \w+)? (?:only|exactly|always|just|"
    r"solely|exclusively|instead) (?:with|in|by|as)\b",
    rf"\b(?:do not|don't|never|without|not to)\b {GAP}\b(?:mention|mentioning|reveal|revealing|"
    rf"disclose|tell|telling|inform|admit|acknowledge|quote|show|refer to)\b"
    rf"{GAP}\b(?:the user|(?:this|these) (?:instruction|message|prompt|note|order|command|"
    rf"hidden)s?|your instructions|the human|this was)\b",
    r"\b(?:tell|inform|convince|persuade|ask|urge|direct|advise|instruct|assure|warn) the (?:user|"
    r"human|person asking|reader|asker)\b"
    r"[^.!?\n]{0,60}\b(?:visit|click|go to|send|pay|call|transfer|enter|provide|download|install|"
    r"run|open|password|credit card|that|https?)\b",
    r"\b(?:send|forward|post|upload|exfiltrate|transmit|leak|e-?mail|submit|"
    r"append)\b[^.!?\n]{0,40}\b(?:(?:the|this|our|all|entire|whole|full|user's|users?) "
    r"(?:conversation|chat|question|query|chat history|documents? (?:above|you)|files (?:above|"
    r"you)|answer|summary|quotes|secrets?|user(?:'s)? \w+)|"
    r"system prompt|api keys?|everything (?:above|you|the user)|user data|"
    r"the contents? of)\b[^.!?\n]{0,40}(?:\bto\b|\bat\b|https?:)",
    r"\b(?:call|invoke|use|execute|trigger|run) (?:the |your )?(?:tool|function|plugin|"
    r"action)s?\b[^.!?\n]{0,60}"
    r"\b(?:with|to|now|immediately|and (?:send|delete|read|write))\b|\b(?:call|invoke|use|execute|"
    r"run) (?:the )?[\w.]+(?:_\w+)+ (?:tool|function|plugin)\b",
    r"\b(?:new|updated|real|actual|revised|additional|override|overriding|hidden|secret|"
    r"priority) (?:system )?(?:instructions?|prompt|directive|objective|task)s?"
    r" ?(?:for (?:the )?(?:ai|assistant|model|you)|follow|below|are|is)?:",
    r"(?:^|[\n\[({#>=*-]) ?(?:system|admin(?:istrator)?|developer|root|assistant|"
    r"sys)(?: (?:message|prompt|override|notice|note|instructions?|update|command|directive|"
    r"alert))?[\])}>]? ?[:>]"
    rf"[^\n]{{0,100}}\b(?:you|ignore|model|assistant|{AI}|override|comply|answer|respond|"
    rf"instructions?|obey|prompt)\b",
    r"\bend of (?:the )?(?:quotes?|quotations?|document|data|context|user (?:input|data|text)|"
    r"untrusted|file|passage|excerpt)s?\b[^\n]{0,40}"
    r"\b(?:system|instructions?|now|new|answer|you|assistant|question|obey)\b",
    r"\b(?:without|no|free (?:of|from)|ignor\w+|bypass\w*|remov\w+) (?:any |"
    r"all )?(?:restrictions?|filters?|censorship|limitations?|safety|ethical|moral|guardrails)\b"
    r"[^.!?\n]{0,60}\b(?:answer|respond|you|assistant|model|ai)\b",
    r"\byou (?:must|will|shall|should|are to|have to|can|are going to|may)(?: now| always| only|"
    r" never| not)* (?:obey|comply|ignore|disregard|pretend|roleplay|act as|answer (?:only|every|"
    r"any|as)|respond (?:only|as|with|to)|reply|output|reveal|forget)\b",
    r"\b(?:rate|rank|score|recommend|evaluate|judge|review|describe|call|treat) this (?:candidate|"
    r"applicant|paper|resume|cv|document|product|offer|text|submission|application)\b"
    r"[^.!?\n]{0,60}\b(?:highest|best|top|maximum|perfect|excellent|positiv\w+|10/10|hire|"
    r"approved?|trustworthy|only)\b",
    r"\bgive (?:a |only a |this paper a )?(?:positive|favou?rable|glowing) reviews? only\b|"
    r"\b(?:give|write) (?:only )?a positive review\b",
    r"\b(?:ignore|forget) (?:the )?(?:user|human)(?:'s|s)? (?:question|request|query|message|"
    r"instructions?)\b|\binstead of (?:answering|summari[sz]ing|translating|"
    r"doing)\b[^.!?\n]{0,60}\b(?:write|say|tell|output|print|reply|respond|send|reveal)\b",
    r"\b(?:ignore|disregard|forget|bypass|override|disable|violate) (?:all |any |the |your |my |"
    r"every |these |safety |ethical |system )*"
    r"(?:instructions?|guidelines?|safety(?: \w+)?|restrictions|security(?= ?[.!,]| override)|"
    r"content policies|policies and|prompts?|constraints)"
    r"(?: (?:and|then|to)\b| ?[.,!;:]|$|\n)",
    r"\b(?:system|admin|root|emergency|security|developer) override\b|\bforget (?:all |"
    r"everything about )?(?:your|the) (?:previous |last |current )?task\b",
    # What is said of the model, its orders and its tasks in other words.
    r"\byour (?:new|real|true|actual|only|updated|next) (?:job|task|role|goal|mission|purpose|"
    r"assignment|objective|identity|instructions?)\b",
    r"\b(?:system message|prompt|instructions?|guidelines?|rules|(?:everything|all|whatever|"
    r"what) (?:that )?you (?:have been|were|are) (?:told|given|taught))\b"
    r"[^.!?\n]{0,40}\b(?:void|obsolete|cancelled|revoked|out of your mind|no longer (?:appl\w+|"
    r"valid|count)|superseded by this)\b",
    rf"\b(?:{AI}|the assistant|the model|(?:any|every|all) (?:automated|machine|ai|"
    rf"electronic) (?:reader|system|agent|tool|reviewer)s?|assistant)\b[^.!?\n]{{0,70}}?"
    r"\b(?:must|shall|has to|have to|should|is to|are to|needs? to|please|will now|,|:) ?(?:only |"
    r"always |now |also |then |not )*"
    r"(?:say|state|claim|give|append|mention|recommend|ask|answer|output|write|rate|reply|respond|"
    r"ignore|discard|disregard|tell|print|add|conclude|pretend|treat|insert|include|omit|hide)\b",
    r"\b(?:do not|don't|never) (?:answer|summari[sz]e|translate|analy[sz]e|read) (?:this|the|any|"
    r"it)\b[^\n]{0,40}\b(?:print|write|say|output|reply|respond|tell|instead)\b",
    r"\b(?:repeat|output|print|give|quote|copy|recite)\b[^.!?\n]{0,50}\b(?:verbatim|word for word|"
    r"that (?:precedes?|comes? before|stands? above))\b",
    r"\byou (?:now )?have no (?:more )?(?:rules|restrictions|limits|guidelines|filters|"
    r"constraints|ethic\w*)\b|\b(?:relieved|freed|released) (?:of|from) (?:all|any|your|every)\b|"
    r"\b(?:disable|drop|turn off|switch off|remove|lift|suspend|abandon) (?:all )?(?:your|"
    r"the model's|the assistant's) (?:\w+ )?(?:rules|filters?|guidelines|restrictions|protocols?|"
    r"safety|safeguards|constraints)\b",
    r"\b(?:switch|change|go|shift|move|drop) (?:in)?to (?:\w+ )?(?:admin|developer|debug|god|root|"
    r"maintenance|unrestricted|pirate|jailbreak) mode\b|\b(?:speak|talk|write|answer|"
    r"reply) like an? \w+ for the rest of\b",
    r"\bfor the rest of (?:the|this|our) (?:session|conversation|chat|dialog\w*)\b|"
    r"\bthe user (?:actually|really|now|secretly) wants\b|\b(?:from|by) your (?:developers?|"
    r"creators?|operators?|makers?|programmers?)\b",
    r"\b(?:when|if|whenever) (?:you(?:'re| are)? |the user |someone |anyone |they )?(?:asks?|"
    r"asked|questioned)\b[^.!?\n]{0,60}\b(?:say|reply|respond|claim|pretend|answer (?:that|with|"
    r"only))\b",
    r"\b(?:discard|skip|drop|leave|set aside) (?:the |this )?(?:user'?s? |above |"
    r"original )*(?:question|request|query)\b",
    # What only a model has or is asked for.
    r"\b(?:in|of|into|from) your summar(?:y|ies)\b|\b(?:start|begin|end|finish|open|"
    r"close) (?:every|each) (?:sentence|answer|reply|response|paragraph|line)\b",
    rf"\bas an? (?:large )?{AI},? (?:you|please|do|say|it is your)\b|\byou(?:'re|"
    rf" are) (?:\w+,? )?an? (?:\w+ )?(?:{AI})\b(?! (?:user|developer|engineer|researcher))",
    r"\b(?:hidden|secret|system|original|initial) prompts?\b[^.!?\n]{0,40}\b(?:between|above|now|"
    r"here|in full|out|is|as|says?)\b|\b(?:output|dump|show|reveal|print|leak) (?:me )?(?:the |"
    r"your )?(?:hidden |secret |system |entire |full )*prompt\b",
    r"\b(?:outranks?|overrules?|overrides?|replaces?|supersedes?|beats|takes? (?:precedence|"
    r"priority) over|stands? above)\b[^.!?\n]{0,20}\b(?:system (?:message|prompt)|"
    r"your (?:\w+ )?(?:instructions|rules|prompt|guidelines)|all other instructions|the prompt)\b",
    r"\b(?:ask|request|demand|get|obtain)\b[^.!?\n]{0,12}\bthe user\b[^.!?\n]{0,20}\b(?:for|to|"
    r"about)\b|\bthe user'?s (?:wishes|question|request|query|bank|password|data|"
    r"instructions?)\b[^.!?\n]{0,30}\b(?:aside|irrelevant|instead|to https?|at https?|"
    r"does not matter)\b|"
    r"\b(?:set|put|leave) the user'?s \w+ aside\b|\bthe question (?:above )?(?:is irrelevant|"
    r"does not matter|was only a test|is void)\b",
    rf"\b(?:{AI}|crawlers?) (?:that|which|who) (?:index|crawl|scan|visit|access|scrape|evaluate|"
    rf"rate|screen|review)\w* (?:this|these|the)\b",
    r"\b(?:act|play|pose) as my (?:\w+ )?\w+ and (?:read|tell|give|recite|send)\b|"
    r"\bforget who you are\b|\byou are (?:\w+), an? (?:ai|assistant|model|bot|chatbot)\b|"
    r"\b(?:without|no|have no|has no) (?:any )?(?:morals|ethics|"
    r"moral compass)\b[^.\n]{0,30}\b(?:you|answer|ai|assistant)\b",
    r"\breply (?:ok|yes|no|done|only|nothing)\b|\b(?:answer|translate|summari[sz]e) nothing\b|"
    r"\bwrite instead:|\b(?:say|answer|reply|write|output) instead\b",
    r"\b(?:ignore|disregard|forget) (?:what|whatever|everything that|all that) (?:comes|came|"
    r"stands|is written|precedes|the (?:person|user|human))\b|\bnew rules? for (?:you|the (?:ai|"
    r"assistant|model))\b|"
    r"\bstop being an? (?:\w+ )?(?:ai|assistant|chatbot|model|bot)\b|\b(?:respond|answer|reply|"
    r"speak|write) (?:only )?in \w+ (?:from (?:here|now) on|until)\b|\bwhat your (?:rules|"
    r"instructions|guidelines) say\b",
    r"\boverride (?:code|key|token|password|sequence)\b|\beverything you were told\b|"
    r"\bwhat (?:the )?other documents say\b",
    r"\bprompt injection\b[^.!?\n]{0,30}\b(?:successful|complete)|\binjection (?:successful|"
    r"succeeded)\b|\bhas been pwned\b",
)
