import { fold } from './fold-words.ts';

const longestText = 3_000;

/** Sentences by which people ask to be left alone; accents folded. Each is a request by itself, whatever stands around it. */
const requests = [
  /\bleave (?:me|us) alone\b|\bdelete (?:me|my (?:e-?mail|address|name|contact|data|details))\b|\bdo(?:n't| not) (?:ever )?(?:e-?mail|contact|write)(?: to)? (?:me|us) (?:again|anymore|any more)\b/,
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
  /\bne (?:me |nous |m')(?:contactez|ecrivez|envoyez) plus\b/,
  /\b(?:darme|dame|deme|denme|darnos|denos|dadme|dennos) de baja\b|\b(?:solicito|quiero|deseo|pido) (?:la |mi )?baja\b|\bno me (?:contacte|escriba|envie|mande)[ns]? mas\b/,
  /\b(?:cancellatemi|disiscrivetemi|rimuovetemi|toglietemi)\b|\bnon (?:contattatemi|scrivetemi|inviatemi) piu\b/,
  /\b(?:remova|descadastre|retire)[- ]me\b|\bme (?:remova|descadastre|retire)\b|\bnao me (?:envie|contate|escreva)m? mais\b/,
  /\b(?:schrijf mij uit|meld mij af|verwijder mij|haal mij van)\b|\bgeen (?:verdere|e-?mails? meer|mails? meer)\b|\b(?:mij|me|ons) (?:graag )?uit te schrijven\b|\bschrijf (?:me|ons) uit\b|\bstop met (?:mailen|sturen|contact)/,
  /\bschreiben sie (?:mir|uns) nicht mehr\b|\bkontaktieren sie (?:mich|uns) nicht\b|\bnicht mehr (?:kontaktieren|anschreiben|anmailen)\b|\bhoren sie auf\b.{0,30}(?:schreiben|mailen|schicken|senden)/,
  /\b(?:arretez|cessez) de (?:m'|me |nous |m |mailer|contacter|ecrire|envoyer)|\bne (?:veux|souhaite|souhaitons|desire) plus (?:recevoir|etre contact)|\bsupprimez (?:mon|mes|nos) (?:adresse|donnees|e-?mail|contact)/,
  /\b(?:dejen?|paren?) de (?:enviar|escribir|contactar|mandar|molestar)|\b(?:quiten?|borren?|eliminen?|saquen?|retiren?)me (?:de|por)|\bno (?:quiero|deseo) (?:recibir )?mas (?:correos|mensajes|e-?mails)|\bno me vuelvan? a (?:escribir|contactar|enviar)/,
  /\b(?:smett\w+|basta) di (?:scriver|inviar|mandar|contattar)\w+|\bnon (?:voglio|desidero|vogliamo) (?:piu )?ricevere\b/,
  /\bparem? de (?:me |nos )?(?:enviar|mandar|contatar|escrever)|\bnao (?:quero|desejo|queremos) (?:mais )?receber\b|\b(?:tirem?|excluam?|removam?|retirem?)[- ](?:me|meu)\b/,
  /\b(?:avregistrera|avprenumerera) (?:mig|oss|min)|\bta bort (?:mig|oss|min)|\bsluta (?:att )?(?:mejla|maila|skicka|kontakta|skriva)|\binga fler (?:mejl|mail|utskick|meddelanden)\b|\bkontakta mig inte\b/,
  /\b(?:prosze )?mnie (?:wypisac|usunac|wykreslic)\b|\b(?:prosze )?(?:o )?(?:usuniecie|usunac|usuncie|wypisac|wypisanie|wypiszcie|wykreslenie) (?:mnie|mojego|moj|mojej|z)\b|\bnie (?:pisz|piszcie|kontaktuj|wysylaj)\w* (?:\w+ )?(?:wiecej|do mnie|ze mna|mi)\b|\bprosze (?:nie|przestac) (?:\w+ )?(?:wysylac|pisac|kontaktowac)|\brezygnuje z (?:subskrypcji|newslettera)/,
  /\bliste(?:niz)?den? (?:\w+ )?(?:cikar|sil)\w*|\babonelikten (?:cik|ayril)\w*|\b(?:bir )?daha (?:\w+ )?(?:yazmayin|atmayin|gondermeyin|aramayin|rahatsiz etmeyin)|\b(?:mail|e-?posta) (?:almak )?istemiyor/,
  /配信(?:を)?(?:停止|中止|解除|不要)|メール(?:を|は)?(?:停止|不要|送らないで|止めて|やめて)|今後(?:の|は)?(?:ご?連絡|メール|営業)?(?:は|を)?(?:不要|お控え|ご遠慮|結構|送らないで)|登録(?:を)?解除|リストから(?:削除|外)/,
  /(?:不要|别|別|请勿|請勿|停止)(?:再|继续|繼續)?(?:给我|向我|給我|跟我)?(?:再)?(?:发|發|寄|联系|聯繫|联络|發送|打扰)|退订|退訂|取消订阅|取消訂閱|(?:从|從).{0,10}(?:列表|名单|名單).{0,6}(?:删除|移除|刪除)/,
  /수신 ?(?:거부|거절|중단)|구독 ?(?:취소|해지)|(?:메일|연락).{0,8}(?:보내지|하지) ?(?:마|말)|더 ?이상 ?.{0,12}(?:보내지|연락하지|원하지)|(?:명단|리스트|목록)에서 (?:빼|삭제|제외)/,
];
/** Words that are a request only when they are all there is. */
const alone =
  /^(?:please |pls |bitte |hi,? |hello,? )?(?:stop|unsubscribe|unsub|remove|opt[- ]?out|abmelden|austragen|abbestellen|desabonner|desinscrire|baja|cancellami|descadastrar|uitschrijven|afmelden|avregistrera|wypisz(?:cie)?|配信停止|退订|退訂|取消订阅|수신 ?거부)(?: please| pls| bitte| thanks?| thank you)*[\s.!]*$/;
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
