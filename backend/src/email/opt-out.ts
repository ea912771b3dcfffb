import { fold } from './fold-words.ts';

const longestText = 3_000;

/** Sentences by which people ask to be left alone; accents folded. Each is a request by itself, whatever stands around it. */
const requests = [
  /\bremove (?:me|my (?:e-?mail|address|name|contact))\b/,
  /\btake (?:me|my (?:e-?mail|address|name)) off\b/,
  /\b(?:please |kindly )unsubscribe\b(?! (?:link|button|page|rate))/,
  /\bunsubscribe (?:me|my|this (?:e-?mail|address)|us)\b/,
  /\bopt (?:me |us )?out (?:of|from) (?:this|these|your|any|all|the)\b|\bopt (?:me|us) out\b/,
  /\b(?:please |kindly )?(?:stop|quit|cease) (?:e-?mailing|contacting|messaging|writing|sending|spamming)\b/,
  /\b(?:do not|don't|never) (?:e-?mail|contact|write|message) (?:to )?(?:me|us)\b(?! (?:before|until|on|at|by|about|via|through|here|if|unless|directly))/,
  /\bno (?:more|further) (?:e-?mails?|messages|mails?)\b/,
  /\bbitte .{0,40}(?:abmelden|austragen|entfernen)\b/,
  /\b(?:keine|nie) (?:weiteren?|mehr)? ?(?:e-?mails?|mails?|nachrichten|werbung) (?:mehr|senden|schicken|erhalten)\b|\bkeine weiteren (?:e-?mails?|mails?|nachrichten)\b/,
  /\b(?:nehmen|streichen|loschen|entfernen) sie (?:mich|meine (?:e-?mail|adresse|daten))\b/,
  /\b(?:desabonnez|desinscrivez|retirez|supprimez)[- ]moi\b|\bme (?:desabonner|desinscrire|retirer de)\b/,
  /\bne (?:me|nous) (?:contactez|ecrivez|envoyez) plus\b/,
  /\b(?:darme|dame|deme|darnos) de baja\b|\bno me (?:contacte|escriba|envie|mande)[ns]? mas\b/,
  /\b(?:cancellatemi|disiscrivetemi|rimuovetemi|toglietemi)\b|\bnon (?:contattatemi|scrivetemi|inviatemi) piu\b/,
  /\b(?:remova|descadastre|retire)[- ]me\b|\bme (?:remova|descadastre|retire)\b|\bnao me (?:envie|contate|escreva)m? mais\b/,
  /\b(?:schrijf mij uit|meld mij af|verwijder mij|haal mij van)\b|\bgeen (?:verdere|e-?mails? meer|mails? meer)\b/,
];
/** Words that are a request only when they are all there is. */
const alone =
  /^(?:please |pls |bitte |hi,? |hello,? )?(?:stop|unsubscribe|unsub|remove|opt[- ]?out|abmelden|austragen|abbestellen|desabonner|desinscrire|baja|cancellami|descadastrar|uitschrijven|afmelden)(?: please| pls| bitte| thanks?| thank you)*[\s.!]*$/;
const negation =
  /(?:\b(?:don't|do not|not|never|no need to|without having to|nicht|pas|no|non|nao|niet|how (?:do|can|could) (?:i|we|you|people|users|they)|(?:if|when|whenever|before) (?:i|we|you|they|people|users))\b)[^.!?\n]{0,20}$/;

/**
 * The words of a human reply that ask for no more mail, or null. Give it the reply without the quoted mail: our own footer says
 * "unsubscribe". Conservative: a negated or conditional request is none, and neither is mere lack of interest.
 */
export function wantsOptOut(reply: string): { words: string } | null {
  const text = fold(reply.slice(0, longestText)).replace(/\s+/g, ' ').trim();
  if (alone.test(text)) return { words: text };
  for (const request of requests) {
    const match = request.exec(text);
    if (match && !negation.test(text.slice(Math.max(0, match.index - 60), match.index))) return { words: match[0] };
  }
  return null;
}
