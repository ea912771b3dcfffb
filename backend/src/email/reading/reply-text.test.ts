import { describe, expect, test } from 'vitest';
import * as fixtures from './inbound-fixtures.ts';
import { wantsOptOut } from './opt-out.ts';
import { parseMail } from './parse-mail.ts';
import { replyText } from './reply-text.ts';
import { returnDate } from './return-date.ts';

const plain = (text: string) => replyText({ text, html: null });

describe('the text of a reply', () => {
  test.each([
    ['gmailReply', 'Sounds good, Tuesday works.\n\nDana'],
    ['iphoneReply', 'Yes please'],
    ['outlookReply', 'Not for us, sorry.\n\nKind regards\nDana'],
    ['germanReply', 'Gern, passt.'],
    ['htmlReply', 'Let us talk.'],
  ] as const)('%s', async (name, expected) => {
    const parsed = await parseMail(fixtures.everyFixture[name]);
    expect('mail' in parsed && replyText(parsed.mail)).toBe(expected);
  });

  test.each([
    ['Oui.\n\nLe lun. 23 nov. 2026 à 10:00, Robin Vale <robin@sender.example> a écrit :\n> Bonjour', 'Oui.'],
    ['Sí.\n\nEl lun, 23 nov 2026 a las 10:00, Robin (<robin@sender.example>) escribió:\n> Hola', 'Sí.'],
    [
      'Va bene.\n\nIl giorno lun 23 nov 2026 alle ore 10:00 Robin <robin@sender.example> ha scritto:\n> Ciao',
      'Va bene.',
    ],
    ['Sim.\n\nEm seg., 23 de nov. de 2026 às 10:00, Robin <robin@sender.example> escreveu:\n> Oi', 'Sim.'],
    ['Ja.\n\nOp ma 23 nov 2026 om 10:00 schreef Robin <robin@sender.example>:\n> Hoi', 'Ja.'],
    ['Ja.\n\nVon: Robin Vale\nGesendet: Montag, 23. November 2026 10:00\nAn: Dana\n\nHallo', 'Ja.'],
    ['Yes.\n\n-----Original Message-----\nFrom: Robin\n\nHi', 'Yes.'],
    ['On Tuesday I wrote to legal. They said: yes.', 'On Tuesday I wrote to legal. They said: yes.'],
    ['On Mon, Nov 23, 2026 Robin wrote:\n> First?\nYes.\n> Second?\nNo.', 'Yes.\nNo.'],
    ['> Hi Dana\n> how are you\n\nFine, thanks', 'Fine, thanks'],
    ['Fine\n-- \nDana Vale\nCTO', 'Fine'],
    ['a\r\n\r\n\r\n\r\n\r\nb', 'a\n\nb'],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });
});

describe('asking for no more mail', () => {
  test.each([
    'STOP',
    'unsubscribe',
    'Please unsubscribe.',
    'Please remove me from your list',
    'Take me off this list',
    'Can you unsubscribe me? Thanks',
    'Stop emailing me',
    'Do not contact me again',
    "Please don't email me",
    'No more emails please',
    'opt me out',
    'I want to opt out of these emails',
    'Bitte abmelden',
    'Bitte aus dem Verteiler austragen',
    'Nehmen Sie mich aus dem Verteiler',
    'Keine weiteren E-Mails',
    'Désabonnez-moi',
    'Merci de me désinscrire',
    'Ne me contactez plus',
    'Quiero darme de baja',
    'Non scrivetemi più',
    'Cancellatemi',
    'Remova-me da lista',
    'Graag uitschrijven aub? Schrijf mij uit',
  ])('%j is a request', (text) => {
    expect(wantsOptOut(text)).not.toBeNull();
  });

  test.each([
    'Not interested, thanks',
    'Sounds great',
    "Please don't remove me from the list",
    'How do I unsubscribe users in your tool?',
    'If you remove me from the thread, add Bob',
    'We had to stop the project',
    'Is there an unsubscribe link in the mails you send?',
    'Our unsubscribe rate is high',
    'Do not email me before Tuesday',
    'Do not contact us via phone, mail is fine',
    'I am on vacation and stop by on Monday',
    'Never stop emailing me, I love it',
    '',
  ])('%j is none', (text) => {
    expect(wantsOptOut(text)).toBeNull();
  });

  test('our own footer in the quoted mail is not a request', async () => {
    const parsed = await parseMail(fixtures.gmailReply);
    expect('mail' in parsed && wantsOptOut(replyText(parsed.mail))).toBeNull();
  });
});

describe('the day of return', () => {
  // A Monday.
  const received = new Date('2026-11-23T18:00:00Z');
  test.each([
    ['I am out of the office until December 7, 2026.', '2026-12-07'],
    ['I will be back on 7 December.', '2026-12-07'],
    ['I am away through December 4th and return on December 7th.', '2026-12-07'],
    ['Out through Dec 4.', '2026-12-05'],
    ['I am on leave from November 23 to December 4. Regards', '2026-12-04'],
    ['returning 2026-12-07', '2026-12-07'],
    ['back on Thursday', '2026-11-26'],
    ['I will be back Monday, 30 November', '2026-11-30'],
    ['I am out until January 4', '2027-01-04'],
    ['out until 13/12/2026', '2026-12-13'],
    ['out until 12/13/2026', '2026-12-13'],
    ['Ich bin bis einschließlich 4. Dezember nicht im Büro.', '2026-12-05'],
    ['Ich bin bis zum 04.12.2026 abwesend.', '2026-12-04'],
    ['Ich bin ab dem 7. Dezember wieder erreichbar.', '2026-12-07'],
    ['Vom 23.11. bis 4.12. bin ich im Urlaub.', '2026-12-04'],
    ['Ab Montag, dem 30.11.2026 bin ich wieder da', '2026-11-30'],
    ["Je suis absent jusqu'au 4 décembre inclus.", '2026-12-05'],
    ['Je serai de retour le 7 décembre 2026.', '2026-12-07'],
    ['Je suis en congé du 23 novembre au 4 décembre.', '2026-12-04'],
    ['Estaré fuera hasta el 4 de diciembre de 2026.', '2026-12-04'],
    ['Estoy de vacaciones, vuelvo el 7/12/2026', '2026-12-07'],
    ['Sono assente fino al 4 dicembre. Rientro il 7 dicembre.', '2026-12-07'],
    ['Estou ausente até 4 de dezembro; volto no dia 7 de dezembro', '2026-12-07'],
    ['Ik ben afwezig tot en met 4 december.', '2026-12-05'],
    ['Ik ben vanaf 7 december weer bereikbaar.', '2026-12-07'],
  ])('%j is %s', (note, day) => {
    expect(returnDate(note, received)).toBe(day);
  });

  test.each([
    'I am out of the office.',
    'out until 3/4/2027',
    'back on 7 December or 8 December? returning on 9 December',
    'I was away until 7 November 2026 ',
    'until 31 February',
    'Call me at 555 12 13',
    'back on 1 December 2031',
    'I am back next Monday',
    'Ab dem 7. Dezember bin ich im Urlaub.',
    'bis 12.10 Uhr',
    'The office moved on 7 December',
    '',
  ])('%j says nothing certain', (note) => {
    expect(returnDate(note, received)).toBeNull();
  });
});
