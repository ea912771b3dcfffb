import { fold } from './fold-words.ts';
import { isReplySubject } from './match-reply.ts';
import { header, type InboundMail } from './parse-mail.ts';

/** Subjects that only programs write, at the very start (a person's "Re: …" is none). Accents folded. */
const programSubject =
  /^[[(]?(?:(?:auto(?:mat(?:ic|ed|isch|ique|ica|ico|isk|iskt|yczn[ay]|ik))?(?:ally generated)?)[ -]?(?:reply|response|re|antwort|replied|answer|responder|svar|message)\b|auto: |automatische? (?:antwort|abwesenheit\w*|email)|(?:reponse|message|notification) (?:d'absence )?automatique|respuesta automatica|(?:contestacion|mensaje) automatic[ao]|risposta automatica|messaggio automatico|resposta automatica|mensagem automatica|automatisch(?:e)? (?:antwoord|beantwoord\w*|bericht)|automatiskt? (?:svar|meddelande)|autosvar|autosvar\b|automaattinen vastaus|automatyczna odpowiedz|(?:otomatik|oto) (?:yanit|cevap)|vacation (?:reply|response|message|auto)|自動(?:応答|返信|回覆|回復)|自动(?:回复|答复|应答)|自動回覆|(?:자동 ?(?:회신|응답|답장)))/;
/** Subjects programs write as well as people. Alone, or before a colon, only programs leave them. */
const absenceSubject =
  /^(?:out[ -]of[ -](?:the )?office|ooo\b|(?:i am |i'm )?(?:currently )?(?:on|away on) (?:annual |parental |maternity |paternity |sick |medical |vacation |holiday )?(?:leave|vacation|holidays?)|away from (?:the |my )?(?:office|desk|e-?mail)|vacation notice|abwesenheits?(?:notiz|nachricht|meldung|assistent)?|abwesend|(?:ich bin )?(?:nicht im buro|im urlaub|ausser haus)|absence du bureau|absent(?:e)? du bureau|message d'absence|avis d'absence|notification d'absence|fuera de (?:la )?oficina|ausencia(?: de la oficina)?|aviso de ausencia|fuori (?:sede|ufficio)|assenza(?: dall'ufficio)?|avviso di assenza|fora do escritorio|ausencia|aviso de ausencia|estou de ferias|afwezig(?:heid\w*)?|niet aanwezig|ej pa (?:kontoret|plats)|franvaro\w*|inte pa kontoret|ikke til stede|fravaer\w*|ikke pa kontoret|poissa\b|nieobecnosc\w*|poza biurem|ofis disi\w*|ofis disinda\w*|不在(?:通知|のお知らせ|連絡)?|休暇(?:中|のお知らせ)?|外出(?:中|通知)?|不在办公室|休假|外出|出差|부재(?: ?중)?|휴가)(?:\s*(?:notice|message|notification|reply|response|alert|notification|am|bis|until|till))?\s*(?:$|[:：.!,([-]|re\b|aw\b|fw\b|通知|알림|안내)/;

const absence =
  /out of (?:the |my )?(?:office|town|country)|\booo\b|\bon (?:(?:annual|parental|maternity|paternity|sick|medical|vacation|family|extended|bereavement) )?(?:leave|vacation|holidays?|pto)\b|away from (?:the |my )?(?:office|desk|e-?mail|work)|(?:currently|presently) (?:away|out\b|unavailable|travel\w*|on )|(?:limited|no|intermittent|sporadic|restricted|little) access to (?:my )?e-?mails?|no longer (?:with|work(?:ing)? (?:at|for|with)|employed)|office (?:is|will be) closed|nicht im (?:buro|hause?)|\babwesend|im urlaub|ausser haus|nicht erreichbar|in elternzeit|auf (?:dienst|geschafts)reise|absente?s?\b.{0,60}(?:bureau|jusqu|du \d)|(?:suis|serai|actuellement) (?:absente?|en (?:conge|deplacement|vacances))|en conges?\b|absence du bureau|hors du bureau|fuera de (?:la |mi )?oficina|de vacaciones|(?:estoy|estare|encuentro) ausente|de baja (?:medica|maternal)|fuori (?:ufficio|sede)|in ferie|(?:sono|saro) assente|fora do escritorio|de ferias|(?:estou|estarei|encontro-me) ausente|\bafwezig|(?:met|op) (?:vakantie|verlof)|niet op kantoor|niet aanwezig|inte pa (?:kontoret|plats)|pa semester|\bledig (?:fran|till|t)|foraldraledig|franvarande|na urlopie|poza biurem|nieobecn|ofis(?:te)? (?:disinda|degilim)|izinde(?:yim)?\b|tatilde(?:yim)?\b|yillik izin|izinli(?:yim)?\b|不在(?:に|と|で|です|の|中|办|辦)|(?:休暇|休業|休み)(?:を|中|と|の|で|期間|いただ)|外出し?て|出張|休假|外出(?:办公|中|公干|,|。)|出差|年假|产假|부재 ?중|휴가 ?(?:중|기간|로|를)|출장 ?(?:중|으로)|자리를 비/;
const opening =
  /^.{0,120}(?:thank(?:s| you)(?: very much| so much)? for (?:your|the|contacting|reaching|getting|writing|e-?mail)|vielen dank fur (?:ihre|deine|die)|danke fur (?:ihre|deine)|merci (?:pour|de) votre|je vous remercie|gracias por (?:su|tu|contactar|escribir)|grazie per (?:la|il|aver|avermi)|obrigad[oa] (?:pel[oa]|por)|(?:hartelijk )?(?:dank|bedankt) voor (?:uw|je|jouw)|tack for (?:ditt|din|att)|dziekuje(?:my)? za|(?:e-?posta|mesaj)iniz icin tesekkur|メール(?:を|いただき)|ご連絡(?:を|いただき)?ありがとう|感谢您的|谢谢您的|您好|메일(?:을)? (?:주셔서|보내)|연락(?:을)? 주셔서)/;
const elsewhere =
  /\burgent|immediate (?:assistance|help|attention)|emergenc|in my absence|during my absence|while i(?:'m| am) (?:away|out)|in dringenden|dringende|wahrend meiner abwesenheit|vertretung|en cas d'urgence|toute urgence|demande urgente|en mon absence|asuntos? urgentes?|en mi ausencia|caso de urgencia|urgenz[ae]|in mia assenza|urgenti|assuntos? urgentes?|minha ausencia|caso de urgencia|bij (?:spoed|dringende)|tijdens mijn afwezigheid|bradskande|akut|under min franvaro|pilnych|pilne|nieobecnosci prosze|acil|yoklugumda|お急ぎ|緊急|不在中は|紧急|急事|要事|急用|급한|긴급|부재중/;
const later =
  /(?:respond|reply|answer|get back|read your|attend).{0,50}(?:return|when i|as soon|upon|once i)|(?:upon|on|after) my return|nach meiner ruckkehr|sobald ich|(?:des|a) mon retour|a mi (?:regreso|vuelta)|al mio (?:rientro|ritorno)|no meu (?:retorno|regresso)|(?:bij|na) (?:mijn )?terugkomst|nar jag (?:ar tillbaka|kommer)|po (?:moim )?powrocie|dondugumde|donusumde|戻り次第|後日|回来后|返回后|복귀 ?(?:후|하는)|돌아와/;
const machineWords =
  /(?:this is an |is an )?(?:auto(?:matic(?:ally)?|mated)[ -]?(?:generated|reply|response|e-?mail|message|acknowledg\w*|notification))|do not (?:reply|respond) to this|wird nicht (?:weitergeleitet|gelesen)|automatisch (?:generiert|erstellt|erzeugt)|(?:generado|generato|gerad[ao]|genere|wygenerowan\w*) auto|message automatique|not (?:be )?(?:monitored|forwarded)|no longer (?:monitored|in use)|ne pas repondre|no responda a este|non rispondere a questa|nao responda|niet (?:te )?beantwoorden|svara inte|nie odpowiada[cj]|自動(?:返信|送信|応答|配信)|自动(?:回复|发送)|请勿回复|자동 ?(?:발송|회신|응답)/;
const acknowledged =
  /(?:(?:your|the) (?:request|ticket|case|message|enquiry|inquiry|e-?mail|question|application|support)\b.{0,60}(?:has been|was|is being) (?:received|created|logged|opened|registered|submitted|assigned|reviewed|updated)|we(?:'ve| have)? (?:successfully )?(?:received|got) your|(?:ticket|case|request|reference) (?:number|id|no\.?|#)|(?:verify|confirm) (?:that )?you(?:r (?:e-?mail|message|address)| are (?:a )?(?:human|real))|ihre (?:anfrage|nachricht|e-?mail) (?:ist|wurde|haben wir).{0,40}(?:eingegangen|erhalten|empfangen|registriert)|nous avons (?:bien )?recu votre|hemos recibido su|abbiamo ricevuto (?:la|il)|recebemos (?:a )?(?:sua|seu)|we hebben uw|vi har (?:mottagit|tagit emot)|otrzymalismy|talebiniz .{0,20}alin|受け付けました|受付(?:いたし|完了)|已收到您的|접수되었습니다)/;
/** What only a person says to the one who wrote. */
const personal =
  /\?|？|\blet'?s\b|\bhappy to\b|\bwould love\b|\bsounds\b|\b(?:yes|yeah|yep|sure)\b[,. !]|\binterested\b|\bworks for (?:me|us)\b|\bcan we\b|\bcan you\b|\bcould you\b|\bcall me\b|\bsend me\b|\bno,|\bja,|\bgern(?:e)?\b|\boui\b|\bsi, |\bsim,|\bvolentieri\b|\bbut\b.{0,60}\b(?:talk|call|meet|chat|speak|discuss|reschedule|after)|\baber\b|\bmais\b.{0,30}(?:parl|appel|reven)|\bpero\b|ですか|でしょうか|吗|까요/;

/**
 * By what a mail is known to be an automatic answer; empty for a person's mail. Headers made for it (RFC 3834) and the
 * subjects of programs decide; words decide only together, and never where somebody speaks to the reader, because taking a
 * person for a machine would go on writing to somebody who answered. `text` is the reply without the quoted mail.
 */
export function automaticSigns(mail: InboundMail, text: string, quotes: boolean): string[] {
  const words = fold(text.slice(0, 4_000)).replace(/\s+/g, ' ').trim();
  const subject = fold(mail.subject.slice(0, 200)).replace(/\s+/g, ' ').trim();
  const programmed = programSubject.test(subject);
  const said = wordSigns(words);
  const strong = headerSigns(mail);
  if (strong.length > 0) return spokenByAgent(mail, words, programmed) ? [] : [...strong, ...said];
  if (programmed) return ['subject of a program', ...said];

  const addressed = personal.test(words);
  const hints = [...hintSigns(mail)];
  if (absenceSubject.test(subject) && !isReplySubject(mail.subject))
    return addressed && hints.length === 0 ? [] : ['subject of an absence note', ...said];
  if (addressed || words.length > 2_500) return [];
  const absent = said.includes('words of absence');
  const nullPath = hints.includes('null return path');
  const machine = said.includes('says that it is automatic') || said.includes('acknowledges receipt');
  if (nullPath && (absent || machine || (hints.length > 1 && said.length > 0))) return [...hints, ...said];
  if (quotes) return [];
  if (hints.length > 0 && said.length >= 2) return [...hints, ...said];
  return absent && (said.length >= 4 || said.includes('says that it is automatic')) ? said : [];
}

function headerSigns(mail: InboundMail): string[] {
  const signs: string[] = [];
  const submitted = header(mail, 'auto-submitted').trim().toLowerCase();
  if (/^auto-?(?:replied|generated|notified|response|reply)|^(?:yes|true|vacation)/.test(submitted))
    signs.push(`Auto-Submitted: ${submitted.slice(0, 60)}`);
  for (const name of automaticHeaders) {
    if (mail.headers[name] && !/^(?:no|false|0)\b/i.test(header(mail, name).trim())) signs.push(name);
  }
  if (/auto[_-]?reply/i.test(header(mail, 'precedence'))) signs.push('Precedence: auto_reply');
  if (/autoresponder|auto-?reply/i.test(header(mail, 'x-post-messageclass'))) signs.push('X-POST-MessageClass');
  if (/autoresponder/i.test(mail.headers['delivered-to']?.join() ?? '')) signs.push('Delivered-To: Autoresponder');
  return signs;
}

const automaticHeaders = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
  'x-autoresponse',
  'x-mail-autoreply',
  'x-autoreply-from',
  'x-vacation',
  'x-autogenerated',
  'x-fc-machinegenerated',
  'x-facebook-autoreply',
];

/** Signs that ordinary mail carries as well: they count only together with words. */
export function hintSigns(mail: InboundMail): string[] {
  const signs: string[] = [];
  if (mail.headers['return-path']?.some((value) => value.trim() === '<>')) signs.push('null return path');
  const suppress = mail.headers['x-auto-response-suppress'];
  if (suppress) signs.push(`X-Auto-Response-Suppress: ${suppress[0]!.slice(0, 40)}`);
  if (/bulk|list|junk/i.test(header(mail, 'precedence')))
    signs.push(`Precedence: ${header(mail, 'precedence').slice(0, 20)}`);
  if (/^(?:no-?reply|do-?not-?reply)@/.test(mail.from?.address ?? '')) signs.push('no-reply sender');
  return signs;
}

function wordSigns(words: string): string[] {
  const signs: string[] = [];
  if (absence.test(words)) signs.push('words of absence');
  if (opening.test(words)) signs.push('thanks for the mail');
  if (elsewhere.test(words)) signs.push('names somebody for urgent matters');
  if (later.test(words)) signs.push('will answer after the return');
  if (machineWords.test(words)) signs.push('says that it is automatic');
  if (acknowledged.test(words)) signs.push('acknowledges receipt');
  return signs;
}

/** Help desks mark the words of their people as generated: without a sign of automatic words a person speaks. */
function spokenByAgent(mail: InboundMail, words: string, programmed: boolean): boolean {
  const submitted = header(mail, 'auto-submitted').trim().toLowerCase();
  if (submitted !== 'auto-generated' || programmed) return false;
  const desk =
    /zendesk|freshdesk|freshservice|help ?scout|intercom|jira|atlassian|zammad|otrs|front\b|gorgias|hubspot|kayako|desk\.com|groove|teamwork|servicenow/i;
  const isDesk =
    desk.test(`${header(mail, 'x-mailer')} ${header(mail, 'user-agent')} ${Object.keys(mail.headers).join(' ')}`) ||
    /(?:reply|type|write|respond) above this line|above this line|- please type your reply/.test(words);
  const automaticWords = wordSigns(words).filter((sign) => sign !== 'thanks for the mail');
  return isDesk && automaticWords.length === 0 && words !== '';
}
