/** The Third Spoke, a bicycle repair co-operative: a thread about the open day, and notes in German and Polish. */
import type { SampleClock } from './clock.ts';
import { quote, type Letter } from './compose.ts';
import { text } from './parts.ts';
import { jonas, mira, priya, thirdSpoke, tomasz } from './people.ts';

const ALL = [thirdSpoke];

function openDayThread(clock: SampleClock): Letter[] {
  const saturday = clock.day(clock.daysUntil(6, 3));
  const subject = 'Open day: who brings what?';
  const plan = `Hello everybody,

the open day is on ${saturday}, from ten to four. Last time we had ninety visitors, forty-one bicycles, one
unicycle and no biscuits. I would like to repeat everything except the biscuits.

What we still need:
- two more work stands
- somebody who draws the signs (Mira?)
- patches, at least two hundred
- a person who is not afraid of children and tyre levers at the same time

Please write here what you bring.

Priya`;
  const tomaszBrings = `I bring both my stands and the big pump. And two hundred patches, the good ones with the
orange edge, my cousin gets them at cost.

I am also not afraid of children. I am afraid of the unicycle man.

Tomasz`;
  return [
    {
      name: 'openday-1',
      from: priya,
      to: ALL,
      cc: [mira],
      subject,
      when: { daysAgo: 6, at: '18:42' },
      body: plan,
    },
    {
      name: 'openday-2',
      from: tomasz,
      to: ALL,
      cc: [mira],
      subject: `Re: ${subject}`,
      when: { daysAgo: 6, at: '21:10' },
      after: ['openday-1'],
      body: `${tomaszBrings}

${quote('Priya Raman wrote:', 'What we still need:\n- two more work stands\n- patches, at least two hundred')}`,
    },
    {
      name: 'openday-3',
      from: jonas,
      to: ALL,
      cc: [mira],
      subject: `Re: ${subject}`,
      when: { daysAgo: 5, at: '08:15' },
      after: ['openday-1', 'openday-2'],
      body: `I bring coffee, the urn, and eighty cups that have to come back. Also my mother, who bakes. There
will be biscuits, whether Priya has counted on it or not.

One question: do we true wheels for free, or for the tin? In spring we said free and then the tin was empty and the
rent was not.

Jonas

${quote('Priya Raman wrote:', 'Last time we had ninety visitors, forty-one bicycles, one\nunicycle and no biscuits.')}`,
    },
    {
      name: 'openday-4',
      from: priya,
      to: ALL,
      cc: [mira],
      subject: `Re: ${subject}`,
      when: { daysAgo: 5, at: '12:58' },
      after: ['openday-1', 'openday-2', 'openday-3'],
      body: `For the tin, but the tin is not watched. That has always worked best.

Mira, your signs were lovely in spring, the one with the snail especially. Could you make them once more, a bit
larger? "Brakes", "Tyres", "Everything else", and one that says "Please do not help". You know why.

Priya

${quote('Jonas Müller wrote:', `One question: do we true wheels for free, or for the tin?\n\n${quote('Priya Raman wrote:', 'a person who is not afraid of children and tyre levers at the same time')}`)}`,
    },
    {
      name: 'openday-5',
      from: tomasz,
      to: [mira],
      cc: ALL,
      subject: `Re: ${subject}`,
      when: { minutesAgo: 128 },
      after: ['openday-1', 'openday-2', 'openday-3', 'openday-4', 'mira-openday'],
      body: `Mira, they are perfect. I printed the proof on the big printer and hung it over the bench. Two people
have already not helped.

Could the snail have a small helmet? It is a question of principle.

Tomasz

${quote('Mira Poplar wrote:', `Here are the drafts. The snail is back. "Please do not help" is the largest one, as ordered; I hope the\nunicycle man can take a hint.\n\n${quote('Priya Raman wrote:', 'Could you make them once more, a bit larger?')}`)}`,
    },
  ];
}

const KEYS = `
Liebe Mira,

ab Dienstag bin ich für zehn Tage in Görlitz bei meinen Eltern, deshalb die Übergabe in aller Kürze:

- Der Schlüssel für die Werkstatt liegt in der grünen Büchse über der Tür. Bitte nicht mehr unter die Fußmatte, dort
  sucht wirklich jeder zuerst.
- Das große Rolltor klemmt. Erst anheben, dann drücken, dann schimpfen. In dieser Reihenfolge.
- Herr Böhme holt am Donnerstag sein Rad ab. Die Kette ist neu, die Rechnung steckt unter dem Sattel. Er zahlt bar
  und möchte eine Quittung, obwohl er sie jedes Mal hier vergisst.
- Für die Katze: zweimal täglich, und nicht überreden lassen. Sie behauptet immer, sie hätte noch nichts bekommen.

Wenn etwas überläuft, brennt oder miaut, ruf mich an. Sonst sehen wir uns am Zwölften, ich bringe Mohnkuchen mit.

Herzliche Grüße
Jonas
`;

const SPRING = `
Cześć Mira,

znalazłem sprężynę do Twojego hamulca! Leżała cały czas w słoiku z napisem „gwoździe”, bo w słoiku z napisem
„sprężyny” są oczywiście gwoździe.

Przyjdź w czwartek po szóstej, założymy ją w pięć minut. Herbata będzie.

Tomek
`;

const REMINDER = `
Hello Mira,

only a short one, because the tram comes in four minutes: the paint for the signs has arrived, all seven colours, and
it is in the workshop under the bench. The lilac has leaked a little. The cat is now partly lilac.

See you on Saturday! Bring the thick brush.

Priya
`;

const MINUTES = `
Minutes of the autumn meeting, Third Spoke

Present: Priya, Tomasz, Jonas, Mira (from item 2, late because of a puncture, which was noted with pleasure).

1. Money. The tin held 412.60 in the third quarter, the rent was 380. Nobody moved to buy a laser cutter.

2. Opening hours. Thursday evening stays. The Saturday is tried until spring with two people each, so that one can
   talk and the other can work.

3. Tools that walk. Fourteen 15 mm spanners were bought since 2019, one is here. Tomasz will paint outlines on the
   wall. Jonas pointed out that an outline of a missing spanner is still a missing spanner.

4. Cat. Stays. Name still open. Candidates: Dynamo, Sprocket, Frau Direktor.

5. Any other business. Mira asks for a shelf for maps. Agreed, if she draws one of the neighbourhood with every
   bicycle stand on it.

Next meeting in January, at Priya's. Bring slippers.
`;

const FRAME_NUMBER = `
Hi Mira,

for the insurance form, this is what the engraver read off your new lock with his machine. He says it is one word and
must be typed without a blank. I have checked it twice and refuse to check it a third time:

${'THIRDSPOKE-LOCK-7F3A9C0E51D2B84466EE01AB93C7F2D5-'.repeat(7)}END

If they reject it, tell them it is Welsh.

Tomasz
`;

/** Everything from the workshop. */
export function workshop(clock: SampleClock): Letter[] {
  return [
    ...openDayThread(clock),
    {
      name: 'workshop-keys',
      from: jonas,
      subject: 'Schlüsselübergabe für die Werkstatt',
      when: { daysAgo: 33, at: '17:20' },
      headerCharset: 'iso-8859-1',
      body: text(KEYS, { charset: 'iso-8859-1', encoding: 'quoted-printable' }),
    },
    {
      name: 'workshop-spring',
      from: tomasz,
      subject: 'Znalazłem sprężynę!',
      when: { daysAgo: 19, at: '20:33' },
      headerCharset: 'iso-8859-2',
      body: text(SPRING.replaceAll(/[„”]/g, '"'), { charset: 'iso-8859-2', encoding: 'quoted-printable' }),
    },
    {
      name: 'workshop-paint',
      from: priya,
      subject: '🎨🚲 Paint is here (and so is the 🐈)',
      when: { daysAgo: 1, at: '08:51' },
      body: text(REMINDER),
    },
    {
      name: 'workshop-minutes',
      from: priya,
      to: ALL,
      cc: [mira],
      subject: 'Minutes of the autumn meeting',
      when: { daysAgo: 47, at: '22:04' },
      body: text(MINUTES),
    },
    {
      name: 'workshop-lock',
      from: tomasz,
      subject: 'The number on your lock',
      when: { daysAgo: 40, at: '13:13' },
      body: text(FRAME_NUMBER),
    },
  ];
}
