import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wantsOptOut } from './opt-out.ts';
import { replyIntent } from './reply-intent.ts';

test.each([
  ['Happy to jump on a call next week.', 'interested'],
  ['Sounds interesting. How does pricing work?', 'interested'],
  ['Can you share some times?', 'interested'],
  ['Let me know when you are free to talk', 'interested'],
  ['We would be open to a short intro call', 'interested'],
  ["I'd be interested in learning more", 'interested'],
  ['Sure, go ahead and send it over', 'interested'],
  ['Yes, please book a slot', 'interested'],
  ['Please call me at 555 0100', 'interested'],
  ["We're not interested at this time", 'not_now|not_interested'],
  ['Not interested.', 'not_interested'],
  ["I don't think this is a fit for us", 'not_interested'],
  ['We already have a solution in place', 'not_interested'],
  ["We're all set, thanks", 'not_interested'],
  ['Not for us', 'not_interested'],
  ["I'll pass", 'not_interested'],
  ["It's a no from me", 'not_interested'],
  ['We are not looking for anything like this', 'not_interested'],
  ['Please stop, not interested', 'not_interested|unsubscribe'],
  ['Reach out again in six months', 'not_now'],
  ["It's not a priority this quarter", 'not_now'],
  ['Now is not a good time', 'not_now'],
  ['Circle back in March', 'not_now'],
  ['We just renewed our contract, try us next year', 'not_now'],
  ['Too busy at the moment', 'not_now'],
  ['Maybe later this year', 'not_now'],
  ["We're in the middle of a merger, let's reconnect in Q3", 'not_now'],
  ['You should talk to Maria in procurement', 'referral'],
  ['Adding my colleague Jo who handles this', 'referral'],
  ['The best person for this is our COO, jane@x.example', 'referral'],
  ['I am looping in Tom', 'referral'],
  ['Please contact our purchasing department', 'referral'],
  ['Sarah is in charge of that', 'referral'],
  ["I'm not the right contact", 'wrong_person'],
  ['I think you have the wrong person', 'wrong_person'],
  ["I don't work there anymore", 'wrong_person'],
  ['I no longer work for Acme', 'wrong_person'],
  ["This isn't my department", 'wrong_person'],
  ["That's not something I handle", 'wrong_person'],
  ['How is this different from what we use?', 'question'],
  ['What does your product do?', 'question'],
  ['Do you support SSO?', 'question'],
  ['Who are your customers?', 'question'],
  ['Thanks!', 'unsure'],
  ['Received', 'unsure'],
  ['lol', 'unsure'],
  ['Nein danke', 'not_interested'],
  ['Kein Interesse', 'not_interested'],
  ['Bitte melden Sie sich in drei Monaten wieder', 'not_now'],
  ['Ich leite das an meine Kollegin weiter', 'referral'],
  ['Ich bin nicht der richtige Ansprechpartner', 'wrong_person'],
  ['Gerne, wann passt es Ihnen?', 'interested'],
  ['Wie viel kostet das?', 'question'],
  ['Schicken Sie mir bitte mehr Informationen', 'interested'],
  ['Pas intéressé', 'not_interested'],
  ["Ça m'intéresse, on peut en parler ?", 'interested'],
  ['Recontactez-moi dans six mois', 'not_now'],
  ['Je ne suis pas la bonne personne', 'wrong_person'],
  ['Combien ça coûte ?', 'question'],
  ['Voyez avec mon collègue Paul', 'referral'],
  ['No me interesa', 'not_interested'],
  ['Me gustaría saber más', 'interested'],
  ['No soy la persona indicada', 'wrong_person'],
  ['Hable con mi compañera Ana', 'referral'],
  ['¿Cuánto cuesta?', 'question'],
  ['Ahora no, quizás más adelante', 'not_now'],
  ['Non siamo interessati', 'not_interested'],
  ['Mi piacerebbe saperne di più', 'interested'],
  ['Si rivolga al mio collega', 'referral'],
  ['Non sono io il referente', 'wrong_person'],
  ['Ricontattatemi a marzo', 'not_now'],
  ['Não temos interesse', 'not_interested'],
  ['Gostaria de saber mais', 'interested'],
  ['Fale com meu colega', 'referral'],
  ['No momento não', 'not_now'],
  ['Não sou a pessoa certa', 'wrong_person'],
  ['Geen interesse', 'not_interested'],
  ['Klinkt interessant, bel me maar', 'interested'],
  ['Op dit moment niet', 'not_now'],
  ['Neem contact op met mijn collega', 'referral'],
  ['Ik ben niet de juiste persoon', 'wrong_person'],
  ['Inte intresserad', 'not_interested'],
  ['Låter intressant, boka ett möte', 'interested'],
  ['Inte just nu', 'not_now'],
  ['Kontakta min kollega', 'referral'],
  ['Nie jestem zainteresowany', 'not_interested'],
  ['Chętnie porozmawiam', 'interested'],
  ['Nie teraz, proszę o kontakt za trzy miesiące', 'not_now'],
  ['Proszę o kontakt z moim kolegą', 'referral'],
  ['İlgilenmiyorum', 'not_interested'],
  ['Daha fazla bilgi gönderebilir misiniz?', 'interested'],
  ['Şu an uygun değil, daha sonra görüşelim', 'not_now'],
  ['Yanlış kişiye yazdınız', 'wrong_person'],
  ['興味がありません', 'not_interested'],
  ['詳しく教えてください', 'interested'],
  ['担当ではありません', 'wrong_person'],
  ['来月またご連絡ください', 'not_now'],
  ['価格はいくらですか？', 'question'],
  ['不感兴趣', 'not_interested'],
  ['可以聊聊', 'interested'],
  ['我不负责这个', 'wrong_person'],
  ['请联系我的同事', 'referral'],
  ['多少钱？', 'question'],
  ['明年再说吧', 'not_now'],
  ['관심 없습니다', 'not_interested'],
  ['관심 있습니다', 'interested'],
  ['담당자가 아닙니다', 'wrong_person'],
  ['나중에 연락 주세요', 'not_now'],
  ['가격이 얼마인가요?', 'question'],
] as const)('%j is %s', (text, wanted) => {
  const { intent, confidence } = replyIntent(text);
  expect(wanted.split('|')).toContain(intent);
  if (intent === 'unsure') expect(confidence).toBeLessThan(0.5);
  else expect(confidence).toBeGreaterThanOrEqual(0.5);
});

test.each([
  "Ne m'écrivez plus",
  'Bitte keine Mails mehr',
  'Ta bort mig från listan',
  'Proszę mnie wypisać',
  'Beni listeden çıkarın',
  '配信停止をお願いします',
  '退订',
  '수신거부',
])('%j asks for no more mail', (text) => {
  expect(wantsOptOut(text)).not.toBeNull();
  expect(replyIntent(text).intent).toBe('unsubscribe');
});

test('a refusal is never read as interest, whatever stands before it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('Thanks for the mail. ', 'Hi Robin, ', 'Sounds like a nice product, but ', ''),
      fc.constantFrom("we're not interested.", 'not interested', "I'm not really interested in this.", 'no interest.'),
      (before, refusal) => {
        expect(replyIntent(before + refusal).intent).toBe('not_interested');
      },
    ),
  );
});

test('any text has an answer, and a confidence between 0 and 1', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const { confidence } = replyIntent(text);
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }),
  );
});
