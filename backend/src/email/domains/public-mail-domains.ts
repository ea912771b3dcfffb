/** Where anybody can have an address: no company's domain, so no limit for one company counts there, and nobody of ours can mend its DNS. */
const publicMailDomains = new Set(
  `gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.fr live.com msn.com
  yahoo.com yahoo.co.uk yahoo.de yahoo.fr ymail.com aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.at gmx.ch
  web.de t-online.de freenet.de proton.me protonmail.com pm.me mail.ru yandex.ru yandex.com qq.com 163.com 126.com
  orange.fr free.fr laposte.net wanadoo.fr libero.it virgilio.it zoho.com fastmail.com hey.com comcast.net
  verizon.net att.net sbcglobal.net btinternet.com sky.com bol.com.br uol.com.br naver.com daum.net`.split(/\s+/),
);

export const isPublicMailDomain = (domain: string): boolean => publicMailDomains.has(domain);

/** The part behind the last "@", in lower case. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
