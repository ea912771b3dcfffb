import { fold } from './fold-words.ts';

/**
 * `hard`: the mailbox is not there. `policy`: they refuse the sender or the words, not the address. `soft`: it may pass.
 */
export type BounceClass = 'hard' | 'soft' | 'policy';

// RFC 3463 and the codes that large providers added to it.
const hardCodes = /^5\.(?:1\.(?:[012346]|10|20)|2\.1|4\.(?:4|310))$/;
const softCodes = /^5\.(?:2\.[2-4]|3\.[1-5]|4\.(?:[235-9]|14|3(?:0\d|1[1-9]))|6\.\d{1,3})$/;
const policyCodes = /^5\.(?:7\.\d{1,3}|4\.1|1\.[78])$/;

const mailboxFull =
  /quota|(?:mail|in) ?box.{0,40}\bfull\b|\bfull\b.{0,20}mailbox|mailfolder is full|exceed\w* (?:the |its )?allowed size|mailbox (?:size|storage|limit)|storage (?:limit|space|allocation|exceeded)|(?:account|user|recipient) is over|user has exhausted|insufficient (?:system |disk |mailbox )?(?:storage|space|resources)|(?:out of|no|not enough) (?:disk |storage )?space|disk full|(?:over|exceed\w*) .{0,40}(?:storage|mailbox|disk|space)|(?:postfach|mailbox|briefkasten).{0,40}\bvoll\b|boite .{0,40}pleine|buzon.{0,40}lleno|casella.{0,40}piena|caixa.{0,40}cheia|postvak.{0,20} vol\b|brevladan? .{0,20}full|skrzynka.{0,40}pelna|kutusu.{0,20}dolu|容量.{0,12}(?:超|不足|いっぱい|満)|いっぱい|邮箱(?:已|空间)?(?:满|不足)|已满|已滿|空间不足|超过.{0,8}(?:容量|配额)|용량.{0,10}초과|(?:사서함|메일함).{0,8}가득/;
const tooLarge =
  /(?:message|mail|size|data|attachment).{0,40}(?:too (?:large|big|long)|exceeds?\b)|exceed\w* .{0,60}(?:size|length)|too (?:large|big)\b|size limit|larger than|zu gross|trop volumineux|demasiado grande|troppo grande|サイズ.{0,12}超|太大/;
/** Said about one address, and about nothing else. */
const unknownUser =
  /(?:user|recipient|mailbox|mail ?box|account|address|addressee|alias|name|destinatario|local part|member)s?\b.{0,70}\b(?:unknown|not (?:be )?(?:found|known|exist|a (?:known|valid) user|listed|recogni[sz]ed)|(?:does|do|did)(?:n'?t| ?not) (?:exist|have)|doesn[ot]t exist|not exists?|no longer (?:exist|valid|active|available|in use|on|with|works?|employed|used|accept(?:s|ing|ed)?|receiv(?:es?|ing))|undeliverable|nonexistent|non-existent|is invalid|invalid)\b|\b(?:unknown|no such|invalid(?: final delivery)?|bad|non-?existent|nonexistant|unrecogni[sz]ed|undefined|not a valid|illegal|unrouteable|unroutable|undeliverable)\b[^.\n]{0,30}\b(?:user|recipient|mail ?box|account|address|person|local ?part|alias|name|addressee|member|id|userid)\b|not a (?:known|valid) (?:user|recipient|mailbox|address)|no (?:mail ?box|account|user|recipient|one|person|valid recipients?|such)\b[^.\n]{0,30}\b(?:here|by that name|found|with|at this|exists?|found)\b|(?:isn't|is not|wasn't|was not) (?:a (?:valid|known)|found at|listed|in (?:my|our|the))|(?:couldn't|could not|cannot|can't|unable to) (?:be found|find|resolve|locate)[^\n]{0,60}(?:user|recipient|mailbox|address|account)|couldn't be found|wasn't found at|does(?:n'?t| not) have (?:an?y? )?(?:\S+ )?(?:account|mailbox|user)|address not found|not our customer|no mailbox|recipnotfound|recipientnotfound|ex(?:address|user|recipient)?notfound|listed in (?:domino|public)|not listed in|badrcptto|rcpthosts not found|dd this user|no longer (?:works|employed|with the|has an|have an|on (?:this )?server|a valid)|has left (?:the )?(?:company|organi[sz]ation)|(?:account|mailbox|user|address|recipient|member)\b.{0,40}(?:disabled|deactivated|inactive|suspended|terminated|deleted|removed|closed|discontinued|locked|frozen|expired|cancelled|blocked by (?:the )?admin|not active)|(?:disabled|inactive|suspended|deactivated|closed|terminated|discontinued|expired) (?:user|account|mailbox|recipient|address)|user (?:has )?moved|please forward|(?:empfanger|benutzer|adresse|postfach|mailadresse).{0,60}(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden)|existiert nicht|ungultig|inaktiv)|unbekannter (?:empfanger|benutzer)|kein (?:solcher|gultiger) (?:benutzer|empfanger)|(?:adresse|destinataire|utilisateur|boite|compte).{0,70}(?:inconnu|invalide|n'existe pas|introuvable|inexistante?|n'a pas ete trouvee?|desactivee?)|(?:direccion|destinatario|usuario|buzon|cuenta).{0,70}(?:no existe|desconocid|inexistente|no (?:se )?(?:ha )?(?:encontr|valid)|invalid)|(?:indirizzo|destinatario|utente|casella|account).{0,70}(?:non esiste|sconosciut|inesistente|non (?:e stato )?trovat|non valid|disattiv)|(?:endereco|destinatario|usuario|caixa|conta).{0,70}(?:nao existe|desconhecid|inexistente|nao (?:foi )?encontrad|invalid)|(?:adres|ontvanger|gebruiker|postvak|mailbox).{0,60}(?:onbekend|bestaat niet|niet gevonden|ongeldig)|(?:adressen|mottagaren?|anvandaren?|kontot?).{0,60}(?:finns inte|okand|hittades inte|ogiltig)|(?:adres|odbiorca|uzytkownik|skrzynka|konto|adresat).{0,60}(?:nie istnieje|nieznan|nie (?:zostal )?znalezion|nieprawidlow)|(?:adres|alici|kullanici|hesap|posta kutusu).{0,60}(?:bulunamadi|mevcut degil|bilinmiyor|gecersiz|yok)|(?:пользовател|адрес|ящик|получател).{0,60}(?:не существует|не найден|неизвест|не зарегистр|заблокирован|отключен)|(?:ユーザー?|宛先|受信者|アドレス|メールボックス|アカウント|リスト|ディレクトリ).{0,24}(?:見つかりません|存在しません|不明|無効|見つかりませんでした|ありません)|(?:收件人|用户|用戶|邮箱|郵箱|地址|帐号|账号|帳戶).{0,20}(?:不存在|未找到|找不到|无效|無效|不正确|未知|禁用|停用)|(?:사용자|수신자|받는 사람|메일 ?주소|계정|사서함|주소).{0,24}(?:없|존재하지|찾을 수|알 수|잘못|올바르지)|不存在|user unknown|unknown user/;
const noDomain =
  /(?:host|domain|name service|mx|dns|server)\b.{0,70}(?:unknown|not found|n(?:o|ot) exist|does ?n[o']t exist|could ?n[o']t be (?:found|resolved|located)|not be (?:found|resolved)|non-?existent|nxdomain)|unknown (?:host|domain|mail host)|no such (?:host|domain)|(?:couldn't|could not|can't|cannot|unable to) (?:find|resolve|locate|look ?up)\b.{0,50}(?:host|domain|mail exchanger|mx|server)|no (?:mx|mail exchanger)s?\b|(?:does ?n[o']t|not) (?:accept mail \(?nullmx|exist in dns)|nullmx|null mx|illegal host|bad (?:destination )?host|host unknown|unrouteable (?:mail )?domain|unroutable|all relevant mx records point to non-existent|an mx or srv record|domain name not found|invalid domain|bad destination (?:mailbox )?(?:system )?address|domaine? .{0,40}(?:introuvable|inconnu|n'existe pas)|dominio .{0,40}(?:no existe|non esiste|nao existe)/;
const policy =
  /^\S{0,20} ?rejected\.?$|[:(] ?blocked|spam|\buce\b|unsolicited|junk|black ?-?list|block ?-?list|deny ?list|(?:is|was|been|are|address|ip|host|sender|email|message|connection|mail|client|server|access|currently|you|messages|temporarily|content) (?:blocked|banned|blacklisted)|blocked (?:by|using|due|for|from|because|senders?|-|message)|reputation|white ?-?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|proofpoint|cloudmark|mimecast|policy|policies|polic(?:y|ies) (?:reasons|violation|rejection)|not (?:allowed|permitted|authori[sz]ed|authenticated|accept(?:ed|ing)? (?:mail|messages?|connections?|email)? ?from)|unauthori[sz]ed|unauthenticated|authentication (?:required|is required|failed|checks?)|access denied|denied|dmarc|\bspf\b|dkim|sender ?id\b|relay(?:ing)?\b|\bptr\b|reverse dns|\brdns\b|reverse (?:lookup|hostname|mapping)|mismatch|virus|malware|phish|infected|prohibited|forbidden|refused (?:by|due)|content (?:rejected|filter|restriction|unacceptable)|unacceptable|bad (?:sender|reputation|helo)|sender (?:address )?(?:rejected|denied|verify|refused|blocked|unknown|domain|is)|(?:invalid|unverified|unknown|bad|fake) sender|domain of sender|sender verify|callout|helo|ehlo|greet|dynamic|residential|transaction failed|rejected (?:by|due|for|as|because|message)|message (?:was )?(?:rejected|refused|bounced|content)|mail (?:rejected|refused)|(?:user|recipient|policy)[- ]?(?:has )?rejected|(?:delivery|message) restriction|restrict|resolver\.rst|not accept (?:mail|messages|email|your)|does(?:n't| not) accept|(?:do|does|will) not (?:receive|accept)|security|complain|abuse|verboten|abgelehnt|zuruckgewiesen|keine berechtigung|refuse|rejete|bloque|rechaz|bloquead|rifiutat|bloccat|rejeitad|geweigerd|geblokkeerd|nekad|avvisad|blockerad|odrzucon|zablokowan|reddedil|engellen|отклонен|спам|拒否|拒绝|拒絕|垃圾|拦截|차단|거부|스팸/;
const passing =
  /try(?:ing)? (?:again|later)|temporar|time ?-?d? ?out|timeout|expired|delay|defer|greylist|graylist|too many|rate ?-?limit|throttl|connection (?:refused|reset|closed|lost|dropped|died)|connect to|network (?:is )?unreachable|no route to host|lost connection|(?:too|hop|loop)\w* ?(?:many hops|count|detected)?|loops? back|retry|retries|unable to connect|could ?n[o']t connect|not respond|unreachable|gave up|i'm not going to try again|message (?:is )?too old|resources|service (?:currently )?unavailable|system (?:error|resources)|configuration error|local error|internal (?:server )?error|zeituberschreitung|spater|plus tard|mas tarde|piu tardi|mais tarde|later/;

/** What a failure means, by its status code (RFC 3463) and the words beside it; words that speak of the address itself win. */
export function bounceClass(status: string | null, diagnostic: string): BounceClass {
  const words = fold(diagnostic.slice(0, 2_000)).replace(/\s+/g, ' ').replaceAll('unknown address error', '');
  if (status?.startsWith('4.')) return 'soft';
  const reply = /(?:^|[^\d.])([45]\d\d)(?=[\s\-#:;]|$)/.exec(words)?.[1] ?? '';
  if (status === null && reply.startsWith('4')) return 'soft';
  if (status !== null && hardCodes.test(status)) return despiteHardCode(words);
  if (status !== null && policyCodes.test(status)) return despitePolicyCode(words);
  if (status !== null && softCodes.test(status) && !plainlyUnknown.test(words)) return 'soft';
  if (mailboxFull.test(words)) return 'soft';
  if (/name service error|host not found/.test(words) && /try again|temporar/.test(words)) return 'soft';
  if (unknownUser.test(words) && !aboutSender.test(words)) return 'hard';
  if (noDomain.test(words) && !aboutSender.test(words)) return /try again|temporar/.test(words) ? 'soft' : 'hard';
  if (policy.test(words)) return tooLarge.test(words) && !/spam|virus|block/.test(words) ? 'soft' : 'policy';
  if (tooLarge.test(words) || passing.test(words)) return 'soft';
  const vague = status === null || status.endsWith('.0.0');
  return /^55[013]$/.test(reply) &&
    (/unavailable|not available|not taken/.test(words) || (vague && /address|recipient/.test(words)))
    ? 'hard'
    : 'soft';
}

const plainlyUnknown =
  /user unknown|unknown user|unknown (?:recipient|mailbox|address)|no such (?:user|recipient|mailbox|person|account)|(?:user|mailbox|account|recipient|address)(?: \S+)? (?:does ?n[o']t|does not|not) (?:exist|found)|recipnotfound|recipientnotfound|user not found|unrouteable address|not a valid (?:user|mailbox|recipient)|invalid (?:recipient|mailbox)|no mailbox/;
const aboutSender =
  /sender(?: address| domain| verify|'s (?:domain|address))? .{0,40}(?:reject|unknown|invalid|not (?:found|exist)|does ?n[o']t|verif|fail)|sender (?:verify|domain|address)|mail from|envelope from|helo|ehlo|your (?:ip|host|domain|server|reverse)|reverse|\bptr\b|rdns|client host|domain of sender|from address|return address|access denied|relay/;
const blockedOutright =
  /spam|black ?list|block ?list|\bblocked\b|reputation|dnsbl|spamhaus|dmarc|\bspf\b|relay(?:ing)? (?:access )?(?:denied|not)|unable to relay|not authori[sz]ed|policy/;

const plainlyFull = /quota|mailbox (?:is )?full|inbox (?:is )?full|is full|exceeded its/;
const tooFast = /too many (?:recipients|messages|connections)|at a rate|rate limit|too (?:quickly|fast)/;

function despitePolicyCode(words: string): BounceClass {
  if (plainlyUnknown.test(words) || /account disabled|disabled recipient/.test(words)) return 'hard';
  return plainlyFull.test(words) ? 'soft' : 'policy';
}

function despiteHardCode(words: string): BounceClass {
  if (plainlyUnknown.test(words)) return 'hard';
  if (plainlyFull.test(words) || tooFast.test(words) || /size exceed/.test(words)) return 'soft';
  return blockedOutright.test(words) || /sender (?:address )?(?:rejected|denied|refused)/.test(words)
    ? 'policy'
    : 'hard';
}
