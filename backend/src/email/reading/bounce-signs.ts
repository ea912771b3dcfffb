import { fold } from './fold-words.ts';
import { isReplySubject } from './match-reply.ts';
import { header, type InboundMail } from './parse-mail.ts';

const daemonAddress =
  /^["\\]?(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|daemon|post-?master|microsoftexchange[0-9a-f]*|mail[-_.]?delivery[\w.-]*|delivery[-_.]?(?:status|failure|subsystem)[\w.-]*|mail-?system|bounces?|bounce-notification|mailadmin|mailrouter|system administrator|[\w.]*smtp[\w.]*service|[\w.]*_smtp_gateways?)["\\]?(?:[+=-][^@]*)?(?:@|$)/;
const daemonName =
  /^["']?(?:mail(?: |-)?delivery|mailer[- ]?daemon|mail ?router|mail system|internet mail delivery|system administrator|systemadministrator|administrateur systeme|delivery subsystem|post ?master|mdaemon|microsoft (?:outlook|exchange)|e?mail delivery|mail administrator|mail server|courier mail|message delivery|administrador del sistema|amministratore di sistema)/;

const failureSubject =
  /undeliver|mail failure|undelivr|not? deliver|delivery (?:status|failure|fail|notification|has|report|error|problem|unsuccessful|incomplete|delay|attempt|issue|warning)|mail (?:delivery|system error|could not|status report|error)|returned (?:mail|to|message|e-?mail)|return(?:ed)? to sender|failure (?:notice|notification|delivery)|failed (?:mail|delivery|to deliver)|could ?n[o']t (?:be )?(?:deliver|send)|could not send|non-?delivery|delivery failed|message (?:not delivered|undeliver|blocked|delivery|could|you sent|status|rejected)|^warning: (?:message|could not)|delayed mail|mail delayed|unable to deliver|^bounced|mailbox (?:full|unavailable)|user unknown|not listed in|problem delivering|nondeliver|permanent delivery|rejected mail|mail rejected|your message couldn't|unzustellbar|nicht (?:zugestellt|zustellbar|ausgeliefert|gesendet)|zustell(?:ung|fehl|problem|status)|mail konnte nicht|verzogert|non remis|non distribu|echec (?:de|d'|lors)|retour a l'expediteur|n'a pas (?:pu etre|ete) (?:remis|distribu|envoy|deliv)|remise (?:differee|retardee)|impossible de (?:remettre|distribuer)|no se (?:puede|pudo|ha podido) entregar|no entregad|sin entregar|devuelto|error (?:de|en la) entrega|(?:fallo|falla|error) (?:de|en) (?:la )?entrega|entrega (?:fallida|retrasada)|non recapitabil|manca(?:to|ta) (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|errore di (?:consegna|recapito)|consegna (?:fallita|ritardata)|non (?:e stato )?(?:consegnat|recapitat)|nao (?:e possivel|foi possivel|pode ser) entreg|nao entregue|falha (?:na|de) entrega|devolvid[ao]|nao (?:foi )?entreg|onbestelbaar|niet (?:worden )?(?:be|af)ge?lever|niet bezorgd|bezorg(?:fout|ing)|aflever(?:fout|ing|status)|kan inte leverer|olevererbart|oleverbart|gick inte att leverera|ej leverer|kunde inte leverer|kan ikke lever|ikke lever|kunne ikke lever|ei voitu toimittaa|nie mozna dostarczyc|niedostarcz|nie dostarczono|nie (?:zostala|zostal|udalo sie) dostarcz|zwrot (?:wiad|poczt|niedor)|iletilemedi|teslim edile(?:medi|meyen|miyor)|gonderilemedi|iletilemeyen|nelze dorucit|nedorucitel|kezbesithetetlen|недоставл|не доставл|невозможно доставить|ошибка доставки|не может быть доставлен|配信(?:不能|できま|エラー|失敗|に失敗|不可|状況)|届きませんでした|届けられません|送信(?:できま|エラー|失敗)|不達|配達(?:不能|できま|に失敗)|未配信|エラー(?:通知|メール)|配信できなかった|退信|退回|无法(?:送达|传递|投递|发送)|無法(?:傳遞|遞送|送達|投遞)|未(?:能)?(?:送达|送達|投递|傳遞)|(?:投递|传递|递送|发送|傳遞|發送)(?:失败|失敗)|(?:배달|전달|전송|발송|배송)(?:되지|할 수 없| ?실패|하지 못| 불가)|반송|반환/;
const failureWords =
  /(?:could ?n[o']t|cannot|can't|can not|was not|not been|has not been|were not|unable to|did not|didn't|wasn't|failed to|not be|is not|isn't) (?:be )?(?:successfully )?(?:deliver|reach|complete|sent\b|send\b|process)|undeliver|permanent(?:ly)? (?:fatal|error|failure|failed)|delivery (?:has )?(?:failed|failure|to the following|error|attempt|problem|status|delayed|not possible)|failed (?:recipient|address|to deliver)|returned (?:to sender|as undeliverable|below|to you)|return(?:ing|ed) (?:your|the|this) (?:message|mail)|this is the (?:qmail|mail system|postfix|mail delivery)|has(?:n't| not) (?:yet )?been (?:delivered|sent)|mail delivery (?:software|system|agent)|bounce|following (?:address|recipient|person|error|user)|was rejected|been rejected|did not reach|message was not|(?:message|email) (?:you sent )?(?:has been )?blocked|unknown (?:user|recipient)|user unknown|no such user|user is unknown|mailbox (?:is )?full|account (?:has been|is) (?:disabled|closed|suspended)|final-recipient:|rcpt to:|konnte(?:n)? nicht|nicht zugestellt|unzustellbar|n'a pas (?:pu|ete)|n'ont pas pu|non (?:remis|distribu)|impossible de|no (?:se )?(?:ha podido|pudo|puede|ha sido) (?:entreg|envi)|no (?:pudo|puede) ser entreg|non (?:e stato|e) (?:possibile|consegnat|recapitat)|impossibile|nao (?:pode|foi|e) (?:possivel|ser|entreg)|kon niet|kan niet|niet (?:worden )?(?:be|af)ge?lever|kunde inte|gick inte|nie (?:mozna|zostala|moze|udalo)|teslim edile|iletile|gonderile|не (?:может|удалось|доставлено|было доставлено)|届きません|届けられ|配信でき|送信でき|見つかりません|配達でき|退回|退信|无法|無法|失败|失敗|未能|배달|전달(?:하|되)|전송(?:하|되|에)|반송|없습니다/;
const replyCode = /(?:^|[^\d.\w])[45][05]\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b|#[45]\.\d\.\d/m;

export interface BounceSigns {
  /** The sender is a mail server, by its address or its name. */
  daemon: boolean;
  /** Nobody is to answer: a null return path, or marked as automatic. */
  machine: boolean;
  subject: boolean;
}

export function bounceSigns(mail: InboundMail): BounceSigns {
  const address = (mail.from?.address ?? header(mail, 'from').toLowerCase()).trim();
  const name = fold((mail.from?.name ?? header(mail, 'from')).slice(0, 200)).trim();
  const path = mail.headers['return-path']?.map((value) => value.trim());
  const subject = fold(mail.subject.slice(0, 300)).trim();
  return {
    daemon: daemonAddress.test(address) || daemonName.test(name),
    machine:
      path?.some((value) => value === '<>' || /^<?(?:mailer-daemon|postmaster|bounce)/i.test(value)) === true ||
      /^auto-(?:replied|generated|notified)/i.test(header(mail, 'auto-submitted').trim()) ||
      /^(?:no-?reply|do-?not-?reply)@/.test(address) ||
      !address.includes('@') ||
      /^multipart\/report/i.test(header(mail, 'content-type').trim()),
    subject: failureSubject.test(subject) && !isReplySubject(mail.subject),
  };
}

/** Whether the words of a notice say that a mail was not delivered. */
export function saysFailure(notice: string): boolean {
  return failureWords.test(fold(notice.slice(0, 6_000)).replace(/\s+/g, ' '));
}

/** Whether a text holds a reply code of SMTP (RFC 5321) or an enhanced one (RFC 3463). */
export function holdsReplyCode(notice: string): boolean {
  return replyCode.test(notice.slice(0, 10_000));
}

const delayWords =
  /\bdelay(?:ed|\))|not yet been delivered|still being retried|will (?:keep|continue) (?:on )?(?:trying|to try|to attempt|retry)|(?:delivery )?attempts will continue|warning: could not send|this is a warning message only|you do not need to resend|will (?:be retried|retry for|try again)|(?:has|have) been (?:delayed|deferred)|temporarily delayed|delivery incomplete|verzoger|wird weiter versucht|noch nicht zugestellt|remise (?:differee|retardee)|retarde|retras(?:o|ad)|ritard(?:o|at)|atras(?:o|ad)|vertraag|vertraging|forsen|opozni|gecik|遅延|遅れ|延迟|延遲|지연/;

/** Whether a notice only warns that a mail is late and goes on being tried. */
export function saysDelayed(subject: string, notice: string): boolean {
  const title = fold(subject.slice(0, 300));
  if (/\bfailed|\bfailure|undeliver|returned|returning/.test(title) && !/delay|warning/.test(title)) return false;
  return (
    delayWords.test(title) ||
    /not yet been delivered|this is a warning message only|attempts will continue|still being retried|will continue to be retried|will (?:keep|continue) (?:on )?trying/.test(
      fold(notice.slice(0, 3_000)).replace(/\s+/g, ' '),
    )
  );
}
