import { fold } from './fold-words.ts';
import { wantsOptOut } from './opt-out.ts';

export type ReplyIntent =
  | 'interested'
  | 'not_now'
  | 'referral'
  | 'wrong_person'
  | 'not_interested'
  | 'unsubscribe'
  | 'question'
  | 'out_of_office'
  | 'unsure';

export interface IntentVerdict {
  intent: ReplyIntent;
  /** 0 to 1; below 0.5 the intent is `unsure`. A rule's weight, not a measured probability. */
  confidence: number;
  /** The words the verdict rests on. */
  words: string[];
}

const longestText = 3_000;

/** Rules over folded words. A rule weighs more the less else it can mean. */
const rules: { intent: Exclude<ReplyIntent, 'unsure' | 'unsubscribe'>; weight: number; pattern: RegExp }[] = [
  // No.
  {
    intent: 'not_interested',
    weight: 0.95,
    pattern:
      /\b(?:not|never|no longer|hardly) (?:\w+ ){0,3}(?:interested|a (?:good )?(?:fit|match)|relevant|something we|looking (?:for|to|into))|n't (?:\w+ ){0,5}(?:interested|a (?:good )?(?:fit|match)|relevant|something we|looking (?:for|to|into))|\ba no from\b|\bno for (?:me|us|now)\b|\bno (?:interest|need|thanks|thank you|budget|requirement)\b|\buninterested|\bnot for (?:us|me)\b|\b(?:we|i)(?:'ll| will)? (?:have to |must )?(?:pass|decline)\b|\bpass on (?:this|it)\b|\b(?:do(?:n't| not)|will not|won't) (?:\w+ ){0,2}(?:need|require|want|see (?:a|the) (?:fit|need)|be (?:needing|moving|pursuing|going|proceeding))|\bhard pass\b|^no\b[.! ]*$|^(?:nein|non|nee|nej|nie|nao|hayir)\b[.! ]*$|\b(?:signed|committed|locked in)(?: [\w-]+){0,6} (?:with|to) (?:a|an|another|one|your)\b|\b(?:chose|picked|selected|bought) (?:a|an|another) (?:different|other|competitor|vendor|tool|solution|product)|\b(?:we|i|we've|i've|we're|i'm|company) (?:\w+ )?(?:already|currently) (?:\w+ ){0,2}(?:have|use|using|work(?:ing)? with|covered|happy|set|got)\b|\balready (?:have|use|covered|got) (?:a|an|one|our|another|something|someone|it)\b|\bhappy with (?:our|what|the)\b|\b(?:we(?:'re| are)|i(?:'m| am)) (?:all set|all good|good,? thanks|covered)\b|\bgo(?:ing|ne)? with (?:another|a different)/,
  },
  {
    intent: 'not_interested',
    weight: 0.95,
    pattern:
      /\b(?:kein(?:en?|erlei)? (?:interesse|bedarf|budget)|nicht (?:\w+ )?(?:interess|relevant|benotig|infrage|in frage)|brauchen wir nicht|haben (?:bereits|schon) (?:eine|einen|ein)|nein,? danke|passt nicht|kein thema fur uns)|\b(?:pas (?:\w+ ){0,2}interess|pas besoin|aucun (?:besoin|interet)|non merci|ne (?:nous |m')?interesse(?:nt)? pas|deja (?:equipe|un prestataire|une solution|un fournisseur)|ne donner(?:ons|ai|a) pas suite)|\b(?:no (?:me |nos |estoy |estamos )?(?:\w+ )?interesa|no (?:estoy|estamos) interesad|sin interes|no,? gracias|no (?:lo )?necesit|ya (?:tenemos|contamos|trabajamos))|\b(?:non (?:sono|siamo) interessat|non (?:mi|ci) interessa|nessun interesse|no,? grazie|non (?:ne )?abbiamo bisogno|abbiamo gia|non fa (?:per|al caso))|\b(?:nao (?:tenho|temos|estou|estamos) (?:\w+ )?interess|sem interesse|nao,? obrigad|nao (?:precisamos|preciso|e o caso)|ja (?:temos|usamos|utilizamos))|\b(?:geen (?:interesse|behoefte|belangstelling)|niet (?:\w+ )?(?:geinteresseerd|interessant|relevant|nodig)|nee,? (?:bedankt|dank)|hebben (?:al|reeds))|\b(?:inte (?:\w+ )?(?:intresserad|aktuellt|relevant)|inget intresse|inget behov|nej,? tack|har redan)|\b(?:nie (?:jestem|jestesmy) zainteresowan|nie interesuje|brak zainteresowania|nie,? dziekuj|nie potrzebuj|juz (?:mamy|korzystamy))|\b(?:ilgilenmiyor|ilgimizi cekmiyor|ilgi(?:miz)? yok|hayir,? tesekkur|ihtiyacimiz yok|gerek yok|zaten (?:var|kullaniyor))|(?:興味(?:は|が)?(?:ありません|ございません|ない)|必要(?:ありません|ございません|ない)|不要です|見送(?:ら|り)|お断り|結構です|間に合って|不感兴趣|没(?:有)?兴趣|沒(?:有)?興趣|不需要|暂无需求|没有需求|不用了|관심(?:이)? ?없|필요(?:가)? ?(?:없|하지 않)|괜찮습니다|사양)/,
  },
  // Somebody else.
  {
    intent: 'wrong_person',
    weight: 0.93,
    pattern:
      /\bwrong (?:person|contact|guy|address|email|man|lady|department|company)\b|\b(?:i'm|i am|am|i was) (?:not|no longer|never) (?:\w+ ){0,3}(?:the (?:right|correct|best) (?:person|contact)|responsible|in charge|involved|in (?:that|this) (?:role|position|team|department)|with (?:the company|them)|at \w+|(?:handling|dealing|working)\b)|(?:\bnot|n't) (?:really )?(?:my|our) (?:area|department|responsibility|job|role|field|topic)\b|(?:\bnot|n't) something i (?:handle|do|decide|deal)|\b(?:don't|do not|no longer) (?:handle|deal with|work (?:there|here|at|for|with|in)|manage|make (?:those|these) decisions)|\b(?:left|leaving) (?:the company|sales|the team)|\b(?:mistaken|confused) (?:me )?(?:for|with)|\bfalsche(?:r|n)? (?:ansprechpartner|person|adresse|kontakt)|\bnicht (?:der|die|ihr|mehr) (?:richtige|zustandig|ansprechpartner|verantwortlich|im unternehmen|dabei|tatig)\w*|\bnicht (?:dafur )?zustandig|\b(?:pas|plus) (?:la bonne personne|le bon (?:contact|interlocuteur)|en charge|responsable|dans (?:l'entreprise|la societe))|\bmauvais(?:e)? (?:personne|contact|interlocuteur|adresse)|\bno soy (?:la persona|el|la|quien)|\bpersona equivocada|\b(?:ya no|no) (?:trabajo|llevo|me encargo)|\bnon sono (?:la persona|io|piu|il (?:referente|responsabile))|\bpersona sbagliata|\bnao sou (?:a pessoa|o|a|eu|mais)\b|\bpessoa errada|\bverkeerde (?:persoon|contact|afdeling|adres)|\bniet (?:de juiste|verantwoordelijk|meer werkzaam)|\b(?:fel person|inte ratt person|inte (?:langre )?ansvarig|jobbar inte)|\b(?:niewlasciwa osoba|nie jestem (?:wlasciwa|odpowiedni|osoba|odpowiedzialn)|nie zajmuje sie|nie pracuje)|\b(?:yanlis kisi|dogru kisi degil|ben ilgilenmiyorum|yetkili (?:kisi )?degil)|(?:担当(?:では|じゃ)(?:ありません|ございません|ない)|担当(?:が|は)?(?:違|異な)|人違い|担当を?外れ|退職し|不是(?:负责人|我负责|這方面)|我不负责|不负责这|找错人|已(?:经)?离职|담당자?가 아닙|담당(?:하지|하고 있지) 않|잘못 보내|퇴사)/,
  },
  {
    intent: 'referral',
    weight: 0.9,
    pattern:
      /\b(?:reach out to|get in touch with|speak (?:to|with)|talk to|contact|e-?mail|ask|write to|try|connect (?:you )?with|refer(?:red)? you to|loop(?:ing|ed)? in|copying in|(?:cc|copy)(?:'?ing|'?ed|ying)?|adding|add(?:ed)?|forward(?:ed|ing)? (?:this|it|your (?:e-?mail|message|note))(?: on)? to|pass(?:ed|ing) (?:this|it|your \w+) (?:on |along )?to|introduc(?:e|ing) you to|the (?:right|best) (?:person|contact)[^.!?]{0,40}(?:is|would be|for this is))\s+(?:directly\s)?(?:(?:my|our|the) (?:colleague|boss|manager|team ?mate|cto|ceo|cfo|coo|cmo|cio|cro|vp|head|director|partner|assistant|it|marketing|sales|operations|procurement|purchasing|people|hr|finance)\b|[\w.+-]+@[\w-]+\.\w+|(?:mr|mrs|ms|dr)\.? ?[a-z]+)/,
  },
  {
    intent: 'referral',
    weight: 0.85,
    pattern:
      /\b(?:(?:my|our) (?:colleague|manager|boss|head of \w+|vp|director)[^.!?]{0,60}(?:handles|is (?:responsible|in charge|the (?:right|best))|deals|takes care|looks after|(?:can|will|could) (?:help|assist))|\b(?:looping|cc'?ing|copying|adding) (?:in )?[a-z]+\b|is (?:the (?:right|best|correct) (?:person|contact)|responsible for (?:this|that)|in charge of|who you (?:want|need))|(?:handles|looks after|takes care of|owns) (?:this|that|these|such|all)\b|you (?:should|might want to|could|can|need to|may) (?:\w+ )?(?:speak|talk|contact|reach|ask|write|e-?mail|try)|better (?:person|contact)|(?:who|she|he|they) (?:handles|runs|leads|manages|owns) (?:this|that|our))/,
  },
  {
    intent: 'referral',
    weight: 0.9,
    pattern:
      /\b(?:(?:wenden sie sich|wende dich|kontaktieren sie|schreiben sie|sprechen sie|melden sie sich)\b[^.!?]{0,60}\b(?:an|bei|mit|bitte|herr\w*|frau|kolleg\w*|@)|(?:ist|ware) (?:bei uns )?(?:\w+ ){0,4}(?:zustandig|verantwortlich|der richtige|die richtige|ansprechpartner\w*)|(?:mein(?:e|en|em)?|unser(?:e|en|em)?) kolleg\w+|leite (?:ich )?(?:ihre|deine|die|es|das)?[^.!?]{0,30}weiter|weitergeleitet|in (?:cc|kopie))|\b(?:(?:contactez|adressez-vous|ecrivez|voyez|rapprochez-vous|veuillez contacter|merci de contacter)\b[^.!?]{0,60}|(?:ma|mon|notre) collegue|(?:est|sera) (?:la bonne personne|le bon (?:contact|interlocuteur)|en charge|responsable)|transmets? (?:votre|a)|je (?:vous )?mets? [^.!?]{0,30}en copie)|\b(?:(?:contacte|escriba|hable|pongase en contacto|dirijase|comuniquese|puede contactar)\b[^.!?]{0,60}(?:con|a)\b|(?:mi|nuestr[oa]) (?:companer[oa]|colega|responsable)|(?:es|seria) (?:la persona|el responsable|la responsable|quien)|reenvi[oe] (?:su|tu|el)|pongo en copia)|\b(?:(?:contatti|scriva|parli|si rivolga|puo contattare|contatta|rivolgersi|senta)\b[^.!?]{0,60}|(?:il mio|la mia|un|nostro) colleg[ah]|(?:e il|e la) (?:referente|responsabile|persona giusta)|inoltro (?:la|a)|metto in copia)|\b(?:(?:fale|entre em contato|contate|procure|escreva)\b[^.!?]{0,60}(?:com|para|a)\b|(?:meu|minha|nosso) colega|(?:e o|e a) (?:responsavel|pessoa (?:certa|indicada))|encaminh(?:o|ei|ando)|em copia)|\b(?:(?:neem|neemt u) contact op met|(?:mijn|onze) collega|(?:kunt|kun) (?:u|je) (?:\w+ )?(?:beter )?(?:contact|mailen|terecht)|is (?:hiervoor |daarvoor )?verantwoordelijk|stuur (?:het|dit|uw|je) [^.!?]{0,20}door|doorgestuurd|in (?:de )?cc)|\b(?:(?:kontakta|hor av dig till|prata med|maila|vand dig till)\b|min kollega|ar (?:ratt person|ansvarig)|vidarebefordra)|\b(?:(?:prosze o kontakt z (?!a )|prosze (?:sie )?(?:skontaktowac|pisac|kierowac)|(?:moj|moja|mojego|nasz|nasza) (?:koleg\w*|kolezank\w*|wspolpracowni\w*))|odpowiada za|zajmuje sie tym|przekazuj|przekaze|przekazal)|\b(?:(?:is arkadasim|meslektasim|ekip arkadasim)|(?:ile|iletisime) (?:iletisime )?gec(?:in|ebilir|meniz)|yonlendir|sorumlu(?:su)? (?:kisi )?)|(?:担当(?:者)?(?:は|の|に)[^。]{0,30}(?:です|おります|連絡|転送|つなぎ)|に(?:ご連絡|お問い合わせ)(?:ください|いただ)|転送(?:し|いた)|ccに入れ|请联系|請聯繫|(?:我的|我们的)?同事[^。]{0,30}(?:负责|联系)|负责(?:这|此)|转给|轉給|抄送|담당자(?:는|에게|께)|(?:에게|께|으로|로) (?:연락|문의)|전달(?:하|드)|동료)/,
  },
  // Later.
  {
    intent: 'not_now',
    weight: 0.9,
    pattern:
      /(?:\bnot|n't) (?:a|our|my) (?:top |high )?priority|\bnot (?:(?:at )?(?:the|this|right) (?:moment|time|stage|point|now)|right now|(?:just )?now\b|yet\b|a good time|the (?:right|best) time|this (?:quarter|year|month))|\b(?:bad|wrong) (?:time|timing)\b|\btiming (?:is|isn't)|\b(?:too|very|super|really|so|pretty) (?:busy|swamped|slammed)|\bswamped\b|\b(?:maybe|perhaps|possibly|try (?:me|us) again|(?:check|circle|get|come|reach|touch|loop|follow|write|call|ping|contact)(?: \w+){0,3} (?:back|again|up|base|out)?[^.!?]{0,25})\s?(?:later|next (?:year|quarter|month|spring|summer|autumn|fall|winter)|in (?:a (?:few|couple)|\d+|two|three|four|five|six|several|the (?:new year|spring|summer|fall|autumn))|after|q[1-4]|in (?:january|february|march|april|may|june|july|august|september|october|november|december|q[1-4])|(?:mid|early|late) (?:january|q))|\b(?:revisit|reconnect|reconsider|reassess|review) (?:\w+ ){0,3}(?:later|next|in|after|once|when)|\b(?:later|next) (?:this |in the )?(?:year|quarter)\b|\bon hold\b|\bfrozen\b|\bbudget (?:is )?(?:freeze|closed|spent|locked)|\bin the (?:middle|midst) of\b|\bonce we(?:'ve| have)?\b/,
  },
  {
    intent: 'not_now',
    weight: 0.9,
    pattern:
      /\b(?:(?:gerade|derzeit|aktuell|momentan|zurzeit|zur zeit|im moment) (?:\w+ ){0,4}(?:nicht|kein\w*|keine zeit)|nicht (?:der )?(?:richtige|passende|gunstige)\w* (?:zeitpunkt|moment)|(?:spater|nachstes (?:jahr|quartal)|im (?:januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember|fruhjahr|sommer|herbst)|in (?:ein paar|zwei|drei|sechs|einigen) (?:wochen|monaten))[^.!?]{0,50}(?:noch ?mal|wieder|erneut|melden|kontakt|sprechen)|melden sie sich (?:\w+ ){0,4}(?:wieder|nochmal|im|in|spater))|\b(?:pas (?:\w+ ){0,2}(?:le bon moment|pour (?:le moment|l'instant)|maintenant|d'actualite|cette annee)|pas le (?:bon )?moment|(?:recontactez|rappelez|relancez|revenez)[- ](?:moi|nous|vers)|plus tard|l'annee prochaine|le (?:mois|trimestre) prochain)|\b(?:(?:no es|ahora no es) (?:el|un) (?:buen )?momento|(?:por|de) (?:el momento|ahora) no|ahora (?:mismo )?no|mas adelante|(?:el )?(?:proximo|siguiente) (?:ano|trimestre|mes)|vuelva a (?:contactar|escribir)|(?:contacteme|escribame|llameme) (?:en|mas|de nuevo))|\b(?:non e (?:il|un) (?:buon )?momento|al momento no|(?:per|in questo) (?:ora|momento) no|piu avanti|il prossimo (?:anno|trimestre|mese)|l'anno prossimo|(?:mi )?ricontatt\w+|risentiamoci)|\b(?:nao e (?:o|um) (?:bom )?momento|(?:no|neste) momento (?:nao|estamos)|(?:por|de) (?:agora|enquanto) nao|mais (?:para frente|tarde|adiante)|(?:no )?(?:proximo|ano|trimestre) (?:que vem|ano|trimestre|mes)|volte a (?:falar|entrar)|me procure)|\b(?:(?:op dit moment|momenteel|nu) (?:\w+ )?(?:niet|geen)|niet (?:het )?(?:juiste|goede) moment|(?:volgend|komend)e? (?:jaar|kwartaal|maand)|later (?:dit|in\b|nog|weer|eens)|kom (?:later|volgend))|\b(?:(?:just nu|for tillfallet) (?:\w+ )?(?:inte|inget|ingen)|inte (?:just )?nu|(?:nasta|kommande) (?:ar|kvartal|manad)|aterkom|hor av dig (?:igen|i|efter|nasta)|langre fram|senare)|\b(?:(?:obecnie|teraz|w tej chwili|na razie) nie|nie teraz|(?:w przyszlym|w nastepnym) (?:roku|kwartale|miesiacu)|pozniej|za (?:kilka|pol|trzy|dwa) )|\b(?:su an(?:da)? (?:\w+ ){0,3}(?:degil|yok|icin)|simdilik|daha sonra|(?:gelecek|onumuzdeki) (?:yil|ay|ceyrek|sene)|sonra (?:tekrar )?(?:gorus|yaz|ara))|(?:今は|現在は|現時点では|今のところ|来年|来期|来月|また(?:の機会|後日|改めて)|時期尚早|目前(?:还|還|暂)?(?:不|没|沒)|现在不|暂时(?:不|没)|明年|下个(?:月|季度)|以后再|过段时间|晚些时候|지금은|현재(?:로서)?는|내년|다음 ?(?:달|분기|기회)|나중에|추후)/,
  },
  // Yes.
  {
    intent: 'interested',
    weight: 0.9,
    pattern:
      /\b(?:let'?s|let us|lets|can we|could we|shall we|happy to|glad to|would (?:love|like|be (?:happy|great|good|open|keen|interested))(?: to)?|love to|keen to|open to|up for|i'd (?:love|like|be)|we'd (?:love|like|be))\s+(?:\w+ ){0,4}(?:talk|chat|meet|call|connect|speak|discuss|schedule|book|set|hear|learn|see|know more|jump|hop|explore|find|catch|demo|more|try|have a)\b|\b(?:i'm|i am|we're|we are|am|are|definitely|very|quite|certainly|really|might be|may be|could be) (?:\w+ )?interested\b|^interested\b|\bsounds (?:\w+ )?(?:good|great|interesting|perfect|like a plan|promising|fine)|\b(?:works|suits?|is (?:good|fine|great|perfect)) (?:for )?(?:me|us)\b|\b(?:tell|send|show|share|give|forward) (?:me|us|over|along|through)? ?(?:\w+ ){0,4}(?:more|details?|info(?:rmation)?|deck|pricing|proposal|brochure|link|calendar|times?|invite|slides|examples?|case stud\w+|quote|overview|demo)\b|\b(?:book|schedule|set up|arrange) (?:a|some|the) (?:\w+ )?(?:call|meeting|demo|time|slot|chat)|\b(?:i'm|i am|we are|we're) (?:free|available)\b|\b(?:monday|tuesday|wednesday|thursday|friday|tomorrow|next week)\b[^.!?]{0,30}\b(?:works|suits|is good|would work|is fine|ok|good)|\b(?:yes|yep|yeah|sure|absolutely|definitely|of course),? (?:please|let|i|we|that|sounds|happy|would|why|count|send|works|tell)|\b(?:send|share) (?:it|that|this|them)(?: over| along| through)?\b|\b(?:let me know|when are you|tell me) (?:when )?(?:you(?:'re| are)? )?(?:free|available)\b|^(?:yes|yes please|sure|absolutely|definitely|please do|go ahead)\b[.! ]*$|\b(?:pick|choose|grab|find) (?:a|any|some) (?:\w+ )?(?:slot|time|date)|\b(?:calendar|booking|calendly) link\b|calendly\.com|\bcount me in\b|\b(?:call|ring|phone) me\b|\blook(?:ing)? forward to (?:it|the|our|hearing|speaking|meeting|talking)/,
  },
  {
    intent: 'interested',
    weight: 0.88,
    pattern:
      /^(?:sehr )?gerne?\b|\b(?:(?:habe|haben|hatte|hatten|waren|bin|sind|ware) (?:\w+ ){0,4}(?:interesse|interessiert)|klingt (?:\w+ )?(?:gut|interessant|spannend|super|prima)|(?:gern|gerne)\b[^.!?]{0,60}(?:termin|gesprach|telefon|mehr|austausch|sprechen|treffen|kennenlern|vorstell|unterlagen|demo|info)|(?:schicken|senden|mailen) sie (?:mir|uns)[^.!?]{0,40}|(?:rufen sie|ruf) (?:mich|uns)? ?an|(?:passt|geht) (?:mir|uns|bei (?:mir|uns))|gern,? passt|lassen sie uns (?:sprechen|telefonieren|reden)|ja,? gerne?)|\b(?:(?:je suis|nous sommes|serais|serions) (?:\w+ )?interesse\w*|(?:ca|cela) (?:m'|nous )interesse|(?:avec plaisir|volontiers|tres bien)\b|(?:envoyez|pouvez-vous m'envoyer|transmettez)[- ]?(?:moi|nous)?[^.!?]{0,40}|(?:parlons|discutons|echangeons)|(?:mardi|lundi|mercredi|jeudi|vendredi)[^.!?]{0,25}(?:convient|me va)|(?:me|nous) convient|appelez[- ]moi|oui,? )|\b(?:(?:estoy|estamos|estaria|estariamos) (?:\w+ )?interesad|(?:me|nos) interesa(?:ria)?\b|(?:me|nos) (?:encantaria|gustaria)|(?:envie|mande|pase)(?:me|nos)[^.!?]{0,40}|suena (?:bien|interesante|genial)|(?:hablemos|agendemos|conversemos)|(?:me|nos) viene bien|(?:llameme|llamame)|si,? (?:claro|por favor|me|nos))|\b(?:(?:sono|siamo|sarei|saremmo) (?:\w+ )?interessat|(?:mi|ci) interessa|(?:volentieri|con piacere)\b|(?:mi|ci) (?:mandi|invii|piacerebbe)[^.!?]{0,40}|(?:sentiamoci|parliamone)\b|(?:per me )?va bene|mi chiami|suona (?:bene|interessante))|\b(?:(?:tenho|temos|tinha|teria|estou|estamos) (?:\w+ ){0,2}interess|(?:me|nos) interessa\b|(?:gostaria|gostariamos|adoraria)\b|(?:pode|podem|poderia) (?:me )?(?:enviar|mandar|ligar)|vamos (?:conversar|falar|marcar|agendar)|parece (?:\w+ )?(?:bom|interessante|otimo)|(?:me )?(?:envie|mande)\b|sim,? (?:claro|por favor|pode|vamos|quero))|\b(?:(?:ben|zijn|we zijn|heb|hebben) (?:\w+ ){0,3}(?:geinteresseerd|interesse)|klinkt (?:\w+ )?(?:goed|interessant|leuk)|graag (?:\w+ ){0,3}(?:meer|afspraak|gesprek|bellen|kennis|ontvangen|even|een)|(?:bel|mail|stuur) (?:me|mij|ons)|(?:schikt|past) (?:mij|me|ons)|ja,? graag)|\b(?:(?:ar|vore|later|lat) (?:\w+ ){0,3}(?:intresserad\w*|intressant|bra|spannande)|(?:garna|ja,? garna)\b|(?:skicka|mejla|maila|ring) (?:mig|over|garna|oss)?|passar (?:mig|bra|oss)|boka (?:in )?(?:ett|en) )|\b(?:(?:jestem|jestesmy|bylbym|bylabym) (?:\w+ )?zainteresowan|(?:chetnie|z checia)\b|brzmi (?:\w+ )?(?:dobrze|ciekawie|interesujaco)|prosze (?:o )?(?:przeslac|wyslac|wiecej|przeslanie|zadzwonic|telefon)|pasuje (?:mi|nam)|umowmy|porozmawiajmy)|\b(?:(?:ilgilen(?:iyor|iriz|irim)|ilgimi(?:zi)? cek(?:ti|iyor))\w*|(?:gorusmek|konusmak|ogrenmek) ister|kulaga (?:hos|guzel|iyi)|(?:gonderebilir|paylasabilir|arayabilir|iletebilir) mi|uygun(?:um|uz|dur)?\b|evet,? |memnun(?:iyetle| olur))|(?:興味(?:が|は)?(?:あり|ございます|を持)|ぜひ|詳し(?:く|い)(?:お|説明|話|資料|教え)|お話(?:を)?(?:伺|お聞き|聞)|資料(?:を)?(?:お送り|送)|お願い(?:したい|できます|できれば)|打ち合わせ|感兴趣|有兴趣|有興趣|感興趣|可以(?:聊|谈|约|见|通话)|请(?:发|发送|提供|介绍)|方便(?:的话|时)|想(?:了解|知道)|期待|好的,|관심(?:이)? ?(?:있|많|가)|(?:자세히|더|자세한)[^.]{0,12}(?:알고|듣고|설명|자료|정보)|자료[^.]{0,10}(?:보내|부탁)|좋습니다|가능합니다|통화|미팅)/,
  },
];

const absence =
  /\bout of (?:the )?office (?:until|till|from|through)|\bi (?:am|'m|will be) (?:away|on (?:vacation|leave|holidays?)) (?:until|till|from|through)|automatic reply|auto-?reply|\bnicht im buro\b.{0,60}\bbis\b|abwesend bis|absente? jusqu|fuera de la oficina hasta|fuori ufficio fino|ausente ate|afwezig tot|na urlopie do|不在にして|休假至|휴가 중/;
const question =
  /[?？]|\b(?:how (?:much|many|does|do|is|are|long)|what (?:is|are|does|do|would|kind)|which|who else|where|when (?:is|does|can)|why|can (?:you|it)|could you|do you|does (?:it|your)|is (?:it|there)|are you|i(?:'m| am) curious|wondering (?:if|how|what|whether)|know (?:how|what|where|whether|if|which))\b/;

/**
 * What a person wants who answered, by rules over words, without a model. `text` is the reply without the quoted mail. Refusals
 * are looked for first and hide the "interested" inside of "not interested"; where rules of different meaning match and none
 * clearly prevails, or none matches, it is `unsure`.
 */
export function replyIntent(text: string): IntentVerdict {
  const words = fold(text.slice(0, longestText)).replace(/\s+/g, ' ').trim();
  if (words === '') return unsure([]);
  const optOut = wantsOptOut(text);
  if (optOut) return { intent: 'unsubscribe', confidence: 0.97, words: [optOut.words] };

  const found = new Map<ReplyIntent, { weight: number; words: string }>();
  let left = words;
  for (const { intent, weight, pattern } of rules) {
    const match = pattern.exec(left);
    if (!match) continue;
    // What a refusal says cannot be said by an agreement.
    left = `${left.slice(0, match.index)} … ${left.slice(match.index + match[0].length)}`;
    const known = found.get(intent);
    found.set(intent, { weight: Math.max(weight, known?.weight ?? 0), words: known?.words ?? match[0].trim() });
  }
  const asks = question.test(text.slice(0, longestText)) || question.test(words);
  return decide(found, asks, words);
}

/** A day near enough to be a yes. */
const soon =
  /\b(?:this|next) week\b|tomorrow|\b(?:mon|tues|wednes|thurs|fri)day\b|nachste woche|semaine prochaine|proxima semana|prossima settimana|volgende week|nasta vecka|przyszlym tygodniu|来週|下周|다음 ?주/;

type Found = Map<ReplyIntent, { weight: number; words: string }>;

function decide(found: Found, asks: boolean, words: string): IntentVerdict {
  const said = (intent: ReplyIntent, weight = found.get(intent)?.weight ?? 0): IntentVerdict => ({
    intent,
    confidence: Math.round(weight * 100) / 100,
    words: [...found.values()].map((one) => one.words.slice(0, 100)),
  });
  const has = (intent: ReplyIntent) => found.has(intent);
  // "Wrong person, ask Kim": the name is what helps. "Not me" alone ends it.
  if (has('referral') && (has('wrong_person') || !has('not_interested'))) {
    return has('interested') && !has('wrong_person') ? said('referral', 0.7) : said('referral');
  }
  if (has('wrong_person')) return said('wrong_person', has('interested') ? 0.7 : undefined);
  // "Not interested at the moment, ask again in spring" is not now; "not now, and we have no need" too.
  if (has('not_now') && has('not_interested')) return said('not_now', 0.7);
  if (has('not_interested')) return has('interested') ? said('not_interested', 0.6) : said('not_interested');
  if (has('not_now'))
    return has('interested') ? said(soon.test(words) ? 'interested' : 'not_now', 0.65) : said('not_now');
  if (has('interested')) return said('interested');
  if (absence.test(words)) return { intent: 'out_of_office', confidence: 0.8, words: [absence.exec(words)![0]] };
  if (asks)
    return {
      intent: 'question',
      confidence: /[?？]/.test(words) ? 0.8 : 0.55,
      words: [question.exec(words)?.[0] ?? '?'],
    };
  return unsure([]);
}

const unsure = (words: string[]): IntentVerdict => ({ intent: 'unsure', confidence: 0.3, words });
