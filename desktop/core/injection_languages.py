"""How German, French and Spanish speak to a model, in lower case without accents: each of these says it alone."""

from __future__ import annotations

from desktop.core.injection_patterns import GAP, override

_AI_DE = (
    r"(?:chatgpt|gpt-?\d?|copilot|gemini|claude|kis?|kunstliche intelligenz|sprachmodelle?|chatbots?|"
    r"ki-?\w+|ki assistent\w*)"
)
_AI_FR = (
    r"(?:chatgpt|copilot|gemini|claude|ia|intelligence artificielle|modeles? de lang(?:age|ue)|"
    r"chatbots?|agents? conversationnels?|assistants? (?:ia|virtuels?|numeriques?))"
)
_AI_ES = (
    r"(?:chatgpt|copilot|gemini|claude|ia|inteligencia artificial|modelos? de lenguaje|chatbots?|"
    r"asistentes? (?:de ia|virtual\w*|digital\w*))"
)


GERMAN = (
    override(
        r"ignorier(?:e|en sie|t|en)?|vergiss|vergesst|vergessen sie|missacht(?:e|en sie)|"
        r"ubergeh(?:e|en sie)|verwirf|verwerfen sie|"
        r"(?:beachte|befolge|folge)(?:n sie)?(?= [^.!?\n]{0,60}\b(?:nicht|keine\w?)\b)|lass|"
        r"lassen sie|setz(?:e|en sie)?|losch(?:e|en sie)",
        r"anweisung(?:en)?|instruktion(?:en)?|vorgaben?|regeln?|befehle?|prompts?|richtlinien?|"
        r"systemnachricht|system-?prompts?|anleitung(?:en)?|auftrage?|eingaben?|vorschriften",
        r"bisherig\w*|vorherig\w*|vorig\w*|obig\w*|alle\w?|samtlich\w*|fruher\w*|deine\w?|"
        r"vorangegangen\w*|vorangehend\w*|ursprunglich\w*|bestehend\w*|gegeben\w*|"
        r"system\w*|davor|zuvor|vorhin|oben|bekommen|erhalten|jegliche\w?|andere\w?",
    ),
    r"\b(?:vergiss|ignoriere|vergessen sie|ignorieren sie) (?:bitte )?(?:alles|"
    r"was)\b[^.!?\n]{0,50}\b(?:bisher|vorher|davor|zuvor|oben|gesagt|steht|stand|weisst|war)\b",
    r"\bdu (?:bist|wirst|handelst|antwortest|sollst|musst|darfst) (?:jetzt|nun|ab sofort|ab jetzt|"
    r"von nun an|kunftig|ab hier|nicht (?:mehr|langer)) ",
    r"\b(?:ab (?:jetzt|sofort|hier)|von nun an|von jetzt an|fortan|kunftig),? (?:bist|antwortest|"
    r"wirst|sollst|musst|handelst|sprichst|schreibst|agierst|gilt fur dich|antworte|schreibe?|"
    r"ignoriere?|agiere)\b",
    rf"\bsie sind (?:jetzt|nun|ab sofort|ab jetzt|nicht mehr) (?:ein|eine|kein|keine|"
    rf"an)\b{GAP}\b(?:assistent|ki|modell|bot|pirat|experte|berater|system|hacker|gebunden)\w*",
    r"\b(?:verhalte|benimm) dich (?:wie|als|so)\b|\btu so,? als (?:ob|warst|seist|hattest)\b|"
    r"\bspiele? die rolle\b|\bschlupfe? in die rolle\b|\bgib dich als\b",
    rf"\bstell(?:e)? dir vor,? (?:dass )?du\b|\bagier(?:e|en sie) als\b|"
    rf"\bhandle als\b{GAP}\b(?:ki|assistent|modell|hacker)\b",
    r"\bantworte(?:n sie)? (?:bitte )?(?:nur|ausschliesslich|immer|stattdessen|lediglich|einzig|"
    r"auf (?:alle|jede|alles|die frage))\b[^.!?\n]{0,40}\b(?:mit|auf|in|als|dass)\b",
    r"\b(?:schreib(?:e|en sie)?|gib|geben sie|sag(?:e|en sie)?|antworte(?:n sie)?|"
    r"zitiere?) (?:bitte |einfach |stattdessen |nur |immer |genau |ausschliesslich |"
    r"zuerst )*(?:mit )?(?:das wort|den satz|die worte|den text|folgenden (?:satz|text))\b",
    r"\b(?:beginne?|beende?|ende|schliesse?)(?:n sie)? (?:jede |alle |immer )?(?:deine[rnsm]?|"
    r"ihre[rnsm]?) (?:\w+ )?(?:antwort(?:en)?|zusammenfassung(?:en)?|ausgaben?)\b",
    r"\b(?:jede |deine |die )(?:antwort|ausgabe|zusammenfassung) (?:muss|soll|hat|darf|lautet|"
    r"besteht)\b[^.!?\n]{0,60}\b(?:lauten|enthalten|beginnen|enden|sein|nur|bestehen|zu)\b",
    rf"\b(?:hinweis|nachricht|anweisung|botschaft|achtung|mitteilung|notiz|befehl|information|"
    rf"wichtig|hallo|liebe[rs]?)(?:en)?[ ,:]*(?:an|fur)?[ ,:]*(?:die |den |das |alle |jede |jeden |"
    rf"eine |einen )?(?:lesende |verarbeitende )?(?:{_AI_DE}|assistent(?:en)?|modell)\b",
    rf"\b(?:falls|wenn|sofern) (?:du|sie|dies|das|dieser text)\b{GAP}\b(?:{_AI_DE}|assistent|"
    rf"modell)\b{GAP}\b(?:bist|sind|liest|gelesen|wird)\b",
    rf"\b(?:{_AI_DE}|assistent|modell),? (?:die|der|das|welche[rs]?)\b[^.!?\n]{{0,20}}\b(?:dies|"
    rf"diesen|dieses|diese|das hier)\b[^.!?\n]{{0,30}}\b(?:liest|lesen|verarbeitet|zusammenfasst)\b",
    rf"\b(?:zeig|gib|nenn|verrat|wiederhol|druck|verrate|offenbar|teile?|schreib|"
    rf"veroffentlich)\w*\b{GAP}\b(?:system-?prompts?|systemnachricht|(?:deine|"
    rf"ihre)n? (?:\w+ )?(?:anweisungen|instruktionen|prompt|regeln|vorgaben|konfiguration))\b",
    rf"\b(?:verrate?|erwahne?|sag|sage|nenne?|zeige?|erzahle?|verraten sie|erwahnen sie|"
    rf"sagen sie)\b{GAP}\b(?:nutzer|benutzer|anwender|dieser? (?:anweisung|nachricht|hinweis|"
    rf"text)|diese (?:anweisung|nachricht)|diesen (?:hinweis|befehl))\w*\b{GAP}\b(?:nicht|nichts|"
    rf"niemals|nie|dass|kein)\b",
    r"\b(?:sag|sage|teile?|empfiehl|rate|fordere?|bitte|bringe?|weise?)\b (?:dem|den|"
    r"der) (?:nutzer|benutzer|anwender|fragenden|leser)\w*\b",
    rf"\b(?:schick|sende|send|ubermittle?|leite?|poste)\w*\b{GAP}\b(?:gesprach|unterhaltung|"
    rf"chatverlauf|verlauf|frage des|systemprompt|zugangsdaten|nutzerdaten|api-?schlussel|"
    rf"inhalte? (?:der|des) (?:dokument|datei|gesprach|chat)\w*)\w*\b{GAP}\b(?:an|nach|zu|"
    rf"weiter)\b",
    r"\b(?:neue|aktualisierte|geheime|echte|eigentliche|wichtige) (?:system)?(?:anweisung|"
    r"instruktion|aufgabe|vorgabe)(?:en)?(?: (?:an|fur) \w+(?: \w+)?)? ?:",
    r"(?:^|[\n\[(#>]) ?(?:system(?:nachricht|meldung|anweisung)?|administrator|"
    r"entwickler)\]? ?:[^\n]{0,80}\b(?:du|ignorier\w*|modell|assistent|antworte\w*|nutzer|"
    r"anweisung\w*)\b",
    r"\bende (?:der|des) (?:zitate?s?|daten|dokuments?|dokumente|quellen|"
    r"auszugs)\b[^\n]{0,60}\b(?:system|anweisung|neu|jetzt|nun|antworte|frage)\w*",
    r"\bohne (?:jede |jegliche |alle )?(?:einschrankung(?:en)?|filter|zensur|"
    r"beschrankung(?:en)?)\b[^.!?\n]{0,30}\b(?:antworte\w*|assistent|ki|modell)\b|"
    r"\bentwicklermodus\b[^.!?\n]{0,20}\b(?:aktiviert|aktiv|ein|an)\b",
    r"\b(?:deine?|ihre) (?:neue[nrs]?|eigentliche|wahre|einzige|wirkliche|nachste) (?:aufgabe|"
    r"rolle|anweisung(?:en)?|auftrag|identitat|regel|ziel)\b",
    r"\b(?:alles,? was (?:dir|ihnen|du|sie)|(?:deine|alle|die) (?:\w+ )?(?:regeln|anweisungen|"
    r"vorgaben|instruktionen))\b[^.!?\n]{0,60}\b(?:gilt nicht|gelten nicht|ungultig|aufgehoben|"
    r"hinfallig|nicht mehr|ausser kraft)\b",
    rf"\b(?:{_AI_DE}|(?:der|dem|ein|jeder) (?:ki-?)?assistent|das modell|(?:jeder|"
    rf"alle) (?:automatische|maschinelle)[nr]? (?:leser|systeme?))\b[^.!?\n]{{0,70}}?\b(?:muss|"
    rf"mussen|soll|sollen|sollte|hat|haben|bitte|darf|mochte)\b"
    r"[^.!?\n]{0,80}\b(?:sagen|geben|nennen|antworten|schreiben|empfehlen|auffordern|fragen|"
    r"behaupten|bewerten|erwahnen|ausgeben|ignorieren|hinzufugen|verschweigen|einfugen)\b",
    r"\b(?:beantworte|ubersetze?|fasse?|lies)\b[^.!?\n]{0,40}\bnicht\b[^.!?\n]{0,40}\b(?:schreib|"
    r"gib|sag|antworte|nenne?)\w*",
    r"\b(?:wiederhole|gib|zitiere|drucke|kopiere)\b[^.!?\n]{0,50}\b(?:wortlich|wort fur wort|"
    r"wortwortlich|im wortlaut)\b|\bdu hast (?:nun |jetzt |ab sofort )?keine (?:regeln|"
    r"einschrankungen|grenzen|vorgaben|filter)\b",
    r"\bdeine[rn]? (?:entwickler|programmierer|schopfer|betreiber)\w*\b|\b(?:deaktiviere?|"
    r"schalte?|hebe?)\b[^.!?\n]{0,20}\bdeine (?:\w+ )?(?:regeln|filter|sicherheits\w*|"
    r"einschrankungen)\b|\bfur den rest (?:der|des|dieser|dieses) (?:sitzung|gesprachs?|"
    r"unterhaltung|chats?)\b",
    r"\b(?:wenn|falls) (?:man dich|dich jemand|der nutzer|du)\b[^.!?\n]{0,40}\b(?:fragt?|"
    r"gefragt)\b[^.!?\n]{0,60}\b(?:sag|sage|antworte|behaupte)\b",
    r"\bignorier\w* (?:alles )?,? ?was (?:vor|oben|bisher|davor|der nutzer)\b|"
    r"\bneue regel fur dich\b|\bhor auf,? ein (?:\w+ )?(?:assistent|chatbot|modell)\b|"
    r"\bignoriere (?:die|diese) frage\b|\bantworte (?:ab hier|ab jetzt|von nun an)\b",
    r"\b(?:in|aus) deine[rn] (?:antwort|zusammenfassung|ausgabe)\w*|\b(?:beginne?|beende|"
    r"schliesse?)(?:n sie)? (?:jede[nrs]?) (?:satz|antwort|zeile|absatz)\b|\bals (?:ki|"
    r"sprachmodell|chatbot|assistent),? (?:musst|sollst|darfst|wirst|hast|bist|bitte)\b",
    r"\b(?:gib|zeig|zeige|nenne?|verrate?)\b[^.!?\n]{0,30}\bprompts?\b|\b(?:steht|stehen|"
    r"hat vorrang|gilt) (?:uber|vor|mehr als) (?:der|dem|deinen|"
    r"allen)\b[^.!?\n]{0,20}\b(?:systemnachricht|systemprompt|anweisungen|prompt)\b",
    r"\b(?:bitte|frage?|fordere?|bringe?) den (?:nutzer|benutzer|anwender)\b|\b(?:frage|wunsche|"
    r"anliegen) des (?:nutzers|benutzers|anwenders)\b[^.!?\n]{0,30}\b(?:zuruck|beiseite|egal|"
    r"nicht|stattdessen)\b|\b(?:ab jetzt|von nun an|ab sofort) (?:heisst|bist|kennst|hast) du\b|"
    r"\bdu (?:heisst|bist) (?:jetzt|nun|ab jetzt)\b",
    r"\b(?:statt|anstatt) (?:der |einer |die |zu )?(?:zusammenfassung|antwort|"
    r"frage)\b[^.!?\n]{0,60}\b(?:schreib|gib|sag|antworte|nenn|erzahl)\w*",
    r"\b(?:fuge?|baue?|setze?|nimm|schreib\w*)\b[^.!?\n]{0,80}\b(?:in|an|unter) (?:deine|ihre|"
    r"jede|die) (?:antwort|zusammenfassung|ausgabe)\w*",
    r"\b(?:bewerte|beurteile|empfiehl|stufe) (?:diese[nrs]?|den|die) (?:bewerber\w*|kandidat\w*|"
    r"lebenslauf|arbeit|angebot|text|dokument)\b[^.!?\n]{0,60}\b(?:best\w*|hochst\w*|positiv|"
    r"hervorragend|geeignet\w*)",
)

FRENCH = (
    override(
        r"ignor(?:e|ez|er)|oubli(?:e|ez|er)|neglig(?:e|ez)|ne (?:tiens|tenez|"
        r"tenir)[^.!?\n]{0,10}compte|(?:ne |n')?(?:suis|suivez|respecte|respectez|applique[zr]?|"
        r"obeis|obeissez|ecoute[zr]?) (?:pas|plus)|"
        r"(?:fais|faites) abstraction|abandonne[zr]?|pass(?:e|ez) outre|contourne[zr]?|"
        r"laisse[zr]? (?:de cote|tomber)|efface[zr]?|annule[zr]?|met(?:s|tez) de cote",
        r"instructions?|consignes?|directives?|regles?|ordres?|prompts?|message systeme|invites?|"
        r"indications?|commandes?|contraintes?",
        r"precedent\w*|anterieur\w*|tou(?:te|t)s?|tous|ci-dessus|tes|initial\w*|recu\w*|donne\w*|"
        r"prealable\w*|systeme|plus haut|avant|origine|original\w*|au-dessus|autres",
    ),
    r"\b(?:oublie[rz]?|ignore[rz]?) (?:tout )?(?:ce que|ce qui|tout ce)\b[^.!?\n]{0,50}\b(?:avant|"
    r"precede|dit|appris|sais|savez|haut|dessus)\b",
    r"\b(?:tu es|vous etes) (?:maintenant|desormais|a present|dorenavant|dorenavent)\b|\btu n'es plus\b",
    r"\b(?:desormais|dorenavant|a partir de maintenant|a compter de maintenant|a present|"
    r"des maintenant),? (?:tu|vous|reponds|repondez|ecris|ecrivez|agis|agissez|ignore[zr]?|"
    r"parle[zr]?)\b",
    r"\b(?:fais|faites) (?:comme si|semblant)\b[^.!?\n]{0,20}\b(?:tu|vous|d'etre)\b|"
    r"\bcomporte(?:-toi|z-vous) comme\b|\bjoue[zr]? le role\b|\bimagine[zr]? que (?:tu|vous)\b|"
    r"\bprete?nd(?:s|ez) (?:etre|que tu|que vous)\b|\bmets-toi dans la peau\b",
    rf"\bagi(?:s|ssez) (?:comme|en tant que)\b{GAP}\b(?:{_AI_FR}|assistant|pirate|expert|modele|"
    rf"hacker|administrateur)\b",
    r"\brepond(?:s|ez|re) (?:seulement|uniquement|toujours|exactement|simplement|plutot|"
    r"exclusivement|a (?:toutes|chaque)|juste)\b",
    r"\b(?:repond(?:s|ez|re)|ecri(?:s|vez|re)|di(?:s|tes|re)|affiche[zr]?|imprime[zr]?|renvoie|"
    r"renvoyez)\b (?:simplement |seulement |uniquement |juste |exactement |plutot |toujours |par |"
    r"avec |d'abord )*(?:le mot|les mots|la phrase|le texte suivant|la phrase suivante)\b",
    r"\b(?:commence|termine|finis|debute|conclu[st]?|commencez|terminez) (?:toutes |chacune de |"
    r"toujours )?(?:ta|tes|vos|votre|chaque) (?:\w+ )?(?:reponses?|resumes?|sorties?)\b",
    r"\b(?:ta|votre|chaque|la) (?:reponse|sortie|resume)\b (?:doit|devra|devrait|sera)\b",
    rf"\b(?:notes?|messages?|instructions?|attention|consignes?|avis|important|bonjour|cher|chere|"
    rf"salut)\b[ ,:]*(?:a|pour|au|aux)?[ ,:]*(?:l'|le |la |les |tout |toute |un |une |"
    rf"l'attention (?:de |du )(?:l'|la )?)?(?:{_AI_FR}|assistants?|modeles?)\b",
    rf"\bsi (?:tu es|vous etes|ce (?:texte|document) est)\b{GAP}\b(?:{_AI_FR}|assistant|modele)\b",
    rf"\b(?:{_AI_FR}|assistant|modele)s? qui (?:lis(?:ez|ent)?|lit|traite[zr]?|resume[zr]?|analyse[zr]?)\b",
    rf"\b(?:revele[zr]?|montre[zr]?|affiche[zr]?|donne[zr]?(?:-moi)?|repete[zr]?|divulgue[zr]?|"
    rf"recopie[zr]?|imprime[zr]?|communique[zr]?)\b{GAP}\b(?:prompts?(?: systeme)?|"
    rf"message systeme|instructions? (?:systeme|initiales?|secretes?|internes?|cachees?)|(?:tes|"
    rf"vos) (?:\w+ )?(?:instructions|consignes|regles)|historique de (?:la )?conversation)\b",
    rf"\b(?:ne|n')\b ?(?:\w+ ){{0,2}}(?:dis|dites|mentionne[zr]?|revele[zr]?|parle[zr]?|"
    rf"signale[zr]?|montre[zr]?|indique[zr]?)\b (?:pas|rien|jamais|surtout){GAP}\b(?:utilisateur|"
    rf"instructions?|consignes?|ce message|cette note)\b",
    r"\b(?:di(?:s|tes)|demande[zr]?|conseille[zr]?|recommande[zr]?|invite[zr]?|ordonne[zr]?|"
    r"assure[zr]?)\b (?:a |ensuite a )?l'utilisateur\b",
    rf"\b(?:envoie|envoyez|transmets|transmettez|transfere[zr]?|poste[zr]?|expedie[zr]?|"
    rf"transmettre)\b{GAP}\b(?:conversation|historique|question|mots? de passe de|"
    rf"donnees de l'utilisateur|cles? api|prompt|contenu (?:des|du|de la))\b{GAP}(?:\ba\b|"
    rf"\bvers\b|https?:)",
    r"\b(?:nouvelles?|vraies?|veritables?|secretes?) (?:instructions?|consignes?|directives?|"
    r"taches?)(?: (?:pour|a) [\w' ]{2,20})? ?:",
    r"(?:^|[\n\[(#>]) ?(?:systeme|message systeme|administrateur|"
    r"developpeur)\]? ?:[^\n]{0,80}\b(?:tu|vous|ignore[zr]?|modele|assistant|repond\w*|"
    r"utilisateur|instructions?)\b",
    r"\bfin (?:des|de la|du|de) (?:citations?|donnees|document|documents|extraits?|"
    r"sources?)\b[^\n]{0,60}\b(?:systeme|instruction|nouvelle|maintenant|repond|question)\w*",
    r"\bmode (?:developpeur|debogage|administrateur|sans (?:restriction|"
    r"filtre))s? (?:est )?(?:active|desormais)\b|\bsans (?:aucune? )?(?:restrictions?|filtres?|"
    r"censure)\b[^.!?\n]{0,30}\b(?:repond\w*|assistant|ia|modele)\b",
    r"\b(?:ta|votre) (?:nouvelle|veritable|vraie|seule|prochaine) (?:tache|mission|consigne|"
    r"identite|instruction)\b|\bton (?:nouveau|veritable|vrai|seul) (?:role|objectif|but|"
    r"travail)\b",
    r"\b(?:tout ce qu[e'] ?(?:on )?(?:t|vous|tu|t')\w*|(?:tes|vos|les|"
    r"toutes les) (?:\w+ )?(?:regles|consignes|"
    r"instructions))\b[^.!?\n]{0,60}\b(?:plus (?:valables?|valides?)|annulee?s?|"
    r"ne s'applique\w* plus|caduques?|n'est plus|ne sont plus|ne compte\w* plus)\b",
    rf"\b(?:{_AI_FR}|l'assistant|le modele|tout (?:lecteur|"
    rf"systeme) automatique)\b[^.!?\n]{{0,70}}?\b(?:doi(?:t|vent)|devra(?:it)?|devront|veuille\w*|"
    rf"est pri\w+|faut)\b[^.!?\n]{{0,40}}\b(?:dire|donner|mentionner|repondre|ecrire|recommander|"
    rf"demander|affirmer|evaluer|ajouter|ignorer|inserer|cacher|taire)\b",
    r"\bne (?:reponds|repondez|resume[zr]?|traduis|"
    r"traduisez)\b[^.!?\n]{0,10}\bpas\b[^.!?\n]{0,60}\b(?:ecri[st]|ecrivez|dis|dites|affiche[zr]?|"
    r"repond\w*)\b",
    r"\b(?:repete[zr]?|recopie[zr]?|affiche[zr]?|donne[zr]?|"
    r"cite[zr]?)\b[^.!?\n]{0,50}\b(?:mot pour mot|mot a mot|textuellement|tel quel)\b|"
    r"\b(?:tu n'as|vous n'avez) plus (?:de |d'|aucune? )(?:regles?|limites?|restrictions?|"
    r"consignes?|filtres?)\b",
    r"\b(?:tes|vos) (?:developpeurs?|createurs?|concepteurs?|programmeurs?)\b|"
    r"\bdesactive[zr]? (?:tes|vos) (?:\w+ )?(?:regles|filtres|protections|restrictions)\b|"
    r"\bpour le reste de (?:la|cette) (?:conversation|session|discussion)\b",
    r"\b(?:si|quand|lorsqu\w*) (?:on te|l'utilisateur te|on vous|"
    r"l'utilisateur)\b[^.!?\n]{0,20}\bdemande\b[^.!?\n]{0,60}\b(?:dis|reponds|affirme|repondez|"
    r"dites)\b",
    r"\bignore[zr]? (?:tout )?ce qui (?:precede|vient avant|est ecrit)\b|"
    r"\bnouvelle regle pour toi\b|\bcesse[zr]? d'etre un (?:assistant|modele|chatbot)\b|"
    r"\bignore[zr]? (?:la|cette) question\b|\brepond(?:s|ez) (?:desormais|maintenant|dorenavant)\b",
    r"\bdans (?:ta (?:reponse|sortie)|ton resume)\b|\b(?:commence|termine|debute|"
    r"finis)[sz]? chaque (?:phrase|reponse|ligne)\b|\ben tant qu(?:e |')(?:modele de langage|ia|"
    r"assistant|chatbot),? (?:tu|vous)\b",
    r"\b(?:affiche|montre|donne|revele|imprime|divulgue)[zr]?(?:-moi)? (?:\w+ )?(?:le |ton |"
    r"votre )?prompt\b|\b(?:prime|prevaut|l'emporte|passe avant) (?:sur )?(?:le |les |tes |"
    r"ton )?(?:message systeme|instructions|consignes|prompt)\b",
    r"\b(?:demande|demandez|soutire) a l'utilisateur\b|\b(?:question|demande|"
    r"souhaits) de l'utilisateur\b[^.!?\n]{0,30}\b(?:de cote|sans importance|au lieu|et fais)\b|"
    r"\b(?:mets|mettez|laisse[zr]?) de cote la question\b|\btu t'appelles\b|"
    r"\btu n'as pas de (?:morale|regles|limites)\b",
    r"\bau lieu de (?:repondre|resumer|traduire|faire)\b[^.!?\n]{0,60}\b(?:ecri[st]|di[st]|"
    r"affiche|repond|envoie|donne)\w*",
    r"\b(?:ajoute[zr]?|insere[zr]?|inclus|incluez|place[zr]?|mets|"
    r"mettez)\b[^.!?\n]{0,80}\b(?:dans|a la fin de|au debut de) (?:ta|tes|vos|votre|chaque|"
    r"toutes (?:tes|vos)) (?:reponses?|resumes?)\b",
)

SPANISH = (
    override(
        r"ignor(?:a|e|ad|en|ar)|olvid(?:a|e|ad|en|ar)(?:te|se)?(?: de)?|descart(?:a|e)|omit(?:e|"
        r"a)|desatiend(?:e|a)|no (?:sigas|siga|hagas caso|haga caso|obedezcas|obedezca|"
        r"tengas en cuenta|tenga en cuenta|respetes|apliques)|"
        r"ha(?:z|ga) caso omiso|prescind(?:e|a)|salta(?:te)?|anul(?:a|e)|dej(?:a|e) (?:de seguir|"
        r"de lado|a un lado)|pas(?:a|e) por alto|elimin(?:a|e)|desobedece|borra",
        r"instruccion(?:es)?|indicacion(?:es)?|ordenes|orden|reglas?|directrices|normas?|prompts?|"
        r"mensaje del sistema|pautas?|directivas?|restriccion(?:es)?|consignas?|comandos?",
        r"anterior\w*|previ\w+|tod[oa]s?|tus|arriba|recibid\w+|dad[oa]s?|precedent\w*|original\w*|"
        r"sistema|inicial\w*|antes|demas|de mas arriba|otras",
    ),
    r"\b(?:olvida|ignora|olvide|ignore|olvidate de) (?:de )?(?:todo )?(?:lo que|lo anterior|"
    r"todo lo|cuanto)\b",
    r"\b(?:ahora|a partir de (?:ahora|este momento)|desde ahora|de ahora en adelante|"
    r"en adelante),? (?:tu )?(?:eres|seras|debes|actuas|actuaras|respondes|responde|responderas|"
    r"actua|tienes que|vas a|contesta|contestaras|habla|escribe|ignora)\b|\beres ahora\b|"
    r"\bya no eres\b",
    r"\bactua como\b(?! (?:agente|barrera))|\bfinge (?:que |ser)\b|\bcomportate como\b|\bha(?:z|"
    r"ga) (?:de cuenta|como) (?:que |si )|\bimagina que (?:eres|tu)\b|\basume el (?:papel|rol)\b|"
    r"\bhazte pasar por\b|\bpretende (?:ser|que eres)\b|\bjuega el rol\b",
    r"\b(?:responde|contesta|responda|conteste|responded)(?: a (?:todo|todas|cada|"
    r"cualquier)[^.!?\n]{0,20})? (?:solo|solamente|unicamente|siempre|exactamente|simplemente|"
    r"exclusivamente)\b|\bsolo (?:responde|contesta) con\b",
    r"\b(?:responde|contesta|escribe|di|imprime|muestra|devuelve|responda|diga|"
    r"escriba)\b (?:simplemente |solo |exactamente |unicamente |siempre |con |"
    r"primero )*(?:la palabra|las palabras|la frase|el texto siguiente|el siguiente texto|"
    r"la siguiente frase)\b",
    r"\b(?:empieza|comienza|termina|finaliza|acaba|empiece|termine|concluye) (?:todas |siempre |"
    r"cada una de )?(?:tus?|sus?|cada) (?:\w+ )?(?:respuestas?|resumen(?:es)?|salidas?)\b",
    r"\b(?:tu|cada|la) (?:respuesta|salida|resumen) (?:debe|tiene que|debera|ha de|sera)\b",
    rf"\b(?:notas?|mensajes?|instrucciones?|atencion|aviso|importante|hola|estimad[oa]|"
    rf"querid[oa])\b[ ,:]*(?:a|para|al)?[ ,:]*(?:la |el |los |las |toda |todo |cualquier |"
    rf"una? )?(?:{_AI_ES}|asistentes?|modelos?)\b",
    rf"\bsi (?:eres|usted es|este (?:texto|documento) (?:es|esta siendo))\b{GAP}\b(?:{_AI_ES}|"
    rf"asistente|modelo)\b",
    rf"\b(?:{_AI_ES}|asistente|modelo)s? que (?:lee[ns]?|lea[ns]?|procesa[ns]?|procese[ns]?|"
    rf"resume[ns]?|resuma[ns]?|analice|analiza|este leyendo|esta leyendo)\b",
    rf"\b(?:revela|muestra(?:me)?|imprime|repite|dime|ensena(?:me)?|filtra|divulga|da(?:me)?|"
    rf"comparte|escribe|copia|muestre|revele)\b{GAP}\b(?:prompts?(?: del sistema)?|"
    rf"mensaje del sistema|instrucciones (?:del sistema|iniciales|secretas|internas|ocultas|"
    rf"originales)|tus (?:\w+ )?(?:instrucciones|reglas|indicaciones)|historial)\b",
    rf"\bno (?:le )?(?:digas|menciones|reveles|cuentes|muestres|informes|diga|mencione|revele|"
    rf"indiques)\b{GAP}\b(?:usuario|instruccion(?:es)?|este mensaje|esta nota|nada de esto)\b",
    r"\b(?:dile|pidele|diga|pida|aconseja|recomienda|ordena|informa|asegura|indica)(?:le)? al usuario\b",
    rf"\b(?:envia|manda|reenvia|transmite|publica|sube|envie|mande)\b{GAP}\b(?:conversacion|"
    rf"historial|pregunta del|contrasenas?|datos del usuario|claves? (?:api|de)|prompt|"
    rf"contenido de(?:l)?)\b{GAP}(?:\ba\b|\bhacia\b|https?:|\bal\b)",
    r"\b(?:nuevas?|verdaderas?|secretas?|reales) (?:instruccion(?:es)?|indicacion(?:es)?|ordenes|"
    r"directrices|tareas?)(?: (?:para|a) [\w ]{2,20})? ?:",
    r"(?:^|[\n\[(#>]) ?(?:sistema|mensaje del sistema|administrador|"
    r"desarrollador)\]? ?:[^\n]{0,80}\b(?:tu|eres|debes|ignora|modelo|asistente|responde|usuario|"
    r"instrucciones)\b",
    r"\bfin de(?:l| la| los| las)? (?:citas?|datos|documentos?|extractos?|"
    r"fuentes?)\b[^\n]{0,60}\b(?:sistema|instruccion|nueva|ahora|responde|pregunta)\w*",
    r"\bmodo (?:desarrollador|depuracion|administrador|sin (?:restricciones|"
    r"filtros)) (?:esta )?activad[oa]\b|\bsin (?:ninguna? )?(?:restriccion(?:es)?|filtros?|"
    r"censura)\b[^.!?\n]{0,30}\b(?:responde|asistente|ia|modelo)\w*",
    r"\b(?:tu|su) (?:nuev[oa]|verdader[oa]|unic[oa]|proxim[oa]) (?:tarea|mision|rol|papel|"
    r"objetivo|trabajo|instruccion|identidad)\b",
    r"\b(?:todo lo que (?:te|le|has|se te)\w*|(?:tus|las|todas las) (?:\w+ )?(?:reglas|"
    r"instrucciones|normas|indicaciones))\b[^.!?\n]{0,60}\b(?:ya no|no (?:vale|valen|sirve|"
    r"cuenta)|anulad[oa]s?|quedan? sin efecto|canceladas?)\b",
    rf"\b(?:{_AI_ES}|el asistente|el modelo|todo (?:lector|"
    rf"sistema) automatico)\b[^.!?\n]{{0,70}}?\b(?:debe[ns]?|deberan?|tienen? que|ha[ns]? de|"
    rf"debera)\b[^.!?\n]{{0,40}}\b(?:decir|dar|mencionar|responder|escribir|recomendar|pedir|"
    rf"afirmar|valorar|anadir|ignorar|incluir|callar|ocultar|contestar)\b",
    r"\bno (?:respondas|contestes|resumas|traduzcas|responda|resuma)\b[^.!?\n]{0,60}\b(?:escribe|"
    r"di|muestra|imprime|responde|contesta|escriba|diga)\b",
    r"\b(?:repite|copia|muestra|imprime|cita|transcribe)\b[^.!?\n]{0,50}\b(?:palabra por palabra|"
    r"literalmente|textualmente|tal cual)\b|\bya no tienes (?:reglas|limites|restricciones|normas|"
    r"filtros)\b|\bno tienes (?:ninguna? )?(?:reglas?|restriccion(?:es)?)\b",
    r"\btus (?:desarrolladores?|creadores?|programadores?)\b|\bdesactiva (?:tus|todos tus|"
    r"todas tus) (?:\w+ )?(?:reglas|filtros|protecciones|restricciones)\b|\b(?:por|"
    r"durante) el resto de (?:la|esta) (?:conversacion|sesion|charla)\b",
    r"\b(?:si|cuando) (?:te|el usuario|alguien|le)\b[^.!?\n]{0,20}\b(?:preguntan?|"
    r"pregunte)\b[^.!?\n]{0,60}\b(?:di|responde|contesta|afirma|diga)\b",
    r"\bnueva regla para ti\b|\bdeja de ser un (?:asistente|modelo|chatbot)\b|\bignora (?:la|"
    r"esta) pregunta\b|\b(?:responde|contesta) (?:a partir de ahora|desde ahora)\b",
    r"\ben tu (?:respuesta|resumen|salida)\b|\b(?:empieza|comienza|termina|acaba|"
    r"inicia) cada (?:frase|respuesta|linea|oracion)\b|\bcomo (?:modelo de lenguaje|ia|asistente|"
    r"chatbot),? (?:debes|tienes|tu|eres|has de)\b",
    r"\b(?:muestra|revela|imprime|dame|ensena|escribe)(?:me)? (?:el |tu )?(?:\w+ )?prompt\b|"
    r"\b(?:por encima de|tiene prioridad sobre|prevalece sobre|anula) (?:el |la |las |los |"
    r"tus )?(?:mensaje del sistema|instrucciones|prompt|indicaciones)\b|"
    r"\b(?:por encima del) mensaje\b",
    r"\b(?:pide|pidele|solicita|pregunta) al usuario\b|\b(?:pregunta|deseos|"
    r"peticion) del usuario\b[^.!?\n]{0,30}\b(?:a un lado|aparte|no importa|y (?:promociona|"
    r"escribe|di))\b|\bdeja a un lado la pregunta\b|\b(?:desde|a partir de) ahora te llamas\b|"
    r"\bno tienes (?:moral|reglas|limites)\b",
    r"\ben (?:lugar|vez) de (?:responder|resumir|contestar|traducir|"
    r"hacer)\b[^.!?\n]{0,60}\b(?:escribe|di|muestra|responde|envia|da)\b",
    r"\b(?:incluye|anade|agrega|inserta|pon|incluya|anada)\b[^.!?\n]{0,80}\b(?:en|al (?:final|"
    r"principio) de) (?:tus?|sus?|cada|todas tus|la) (?:respuestas?|resumen)\b",
)
