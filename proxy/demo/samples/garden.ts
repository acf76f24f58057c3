/** The allotments on Sparrow Lane: a list thread about frost, a watering rota, seeds, a photo, a digest. */
import { photoTomatoes } from '../media/photo-tomatoes.ts';
import type { SampleClock } from './clock.ts';
import { quote, type Letter } from './compose.ts';
import { attachment, lines, multipart, text } from './parts.ts';
import { bernard, ines, mira, sparrowLane, whitcombe } from './people.ts';

/** What a mailing list adds to every letter (RFC 2369, RFC 2919, RFC 8058). */
export function listHeaders(list: string, host: string, name: string): string[] {
  return [
    `List-Id: ${name} <${list}.${host}>`,
    `List-Post: <mailto:${list}@${host}>`,
    `List-Help: <mailto:${list}-request@${host}?subject=help>`,
    `List-Archive: <https://${host}/archive/${list}/>`,
    `List-Unsubscribe: <https://${host}/leave/${list}>,\r\n <mailto:${list}-leave@${host}>`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'Precedence: list',
  ];
}

const LIST = listHeaders('sparrow-lane', 'lists.garden.example', 'Sparrow Lane Allotments');
const FOOTER = `
--
Sparrow Lane Allotments, 34 plots, one kettle
To leave this list: https://lists.garden.example/leave/sparrow-lane`;

const frost = (night: string): string => `Dear all,

the forecast says minus three on ${night} night, the first real frost this year. Whoever still has dahlias or
squash outside has two evenings left. I have twelve metres of fleece in the hut, first come, first served, and
the key hangs where it always hangs.

I will also drain the standpipe on ${night} at five. Fill your cans before that.

Bernard`;

const FLEECE = `I can take four metres for the dahlias along the fence, they are not mine but nobody else will do it. Does
anyone know whether the artichokes need a hat too?

Mira`;

const ARTICHOKES = `Artichokes want straw, not fleece: a good armful around the crown, and leave the old leaves on. I have two
bales left from the strawberries, help yourself, plot 11, behind the compost.

Inés`;

function frostThread(clock: SampleClock): Letter[] {
  const common = { to: [sparrowLane], headers: LIST };
  const subject = '[sparrow-lane] First frost this week';
  const re = '[sparrow-lane] Re: First frost this week';
  return [
    {
      ...common,
      name: 'frost-1',
      from: bernard,
      subject,
      when: { daysAgo: 3, at: '18:20' },
      body: `${frost(clock.weekday(-1))}${FOOTER}`,
    },
    {
      ...common,
      name: 'frost-2',
      from: mira,
      subject: re,
      when: { daysAgo: 3, at: '19:04' },
      after: ['frost-1'],
      body: `${FLEECE}

${quote('Bernard Okafor wrote:', 'I have twelve metres of fleece in the hut, first come, first served, and\nthe key hangs where it always hangs.')}
${FOOTER}`,
    },
    {
      ...common,
      name: 'frost-3',
      from: ines,
      subject: re,
      when: { daysAgo: 3, at: '20:41' },
      after: ['frost-1', 'frost-2'],
      body: `${ARTICHOKES}

${quote('Mira Poplar wrote:', 'Does anyone know whether the artichokes need a hat too?')}
${FOOTER}`,
    },
    {
      ...common,
      name: 'frost-4',
      from: whitcombe,
      subject: re,
      when: { daysAgo: 2, at: '06:12' },
      after: ['frost-1', 'frost-2', 'frost-3'],
      body: `In 1962 we had minus three in September and nobody wore a hat.

The artichokes I have left alone for thirty years. They come back out of spite. Straw will do no harm though, if
it keeps people busy.

A.W.

${quote('Inés Valdés wrote:', `Artichokes want straw, not fleece: a good armful around the crown, and leave the old leaves on.\n\n${quote('Mira Poplar wrote:', 'Does anyone know whether the artichokes need a hat too?')}`)}
${FOOTER}`,
    },
    {
      ...common,
      name: 'frost-5',
      from: bernard,
      subject: re,
      when: { minutesAgo: 215 },
      after: ['frost-1', 'frost-2', 'frost-3', 'frost-4'],
      body: `Good morning,

minus four in the end. The standpipe is whole, the fleece is used up, and somebody has put a knitted hat on
Mr. Whitcombe's largest artichoke. I have not seen who it was and I am not going to ask. There is a photo in the
hut.

Losses so far: my last courgette, which was the size of a canoe and had it coming.

Bernard

${quote('A. Whitcombe wrote:', 'In 1962 we had minus three in September and nobody wore a hat.')}
${FOOTER}`,
    },
  ];
}

const ROTA = `
Dear waterers,

here is the rota for the greenhouse over the winter. Once a week is enough, and please check the thermometer while
you are there. If it is below four degrees, light the small heater and write me a line.

  +---------+--------------------+-------------+----------------------------+
  | Week    | Who                | Stands in   | Mind                       |
  +---------+--------------------+-------------+----------------------------+
  | 1       | Bernard            | Inés        | standpipe is off           |
  | 2       | Mira               | Bernard     | lemon tree: half a can     |
  | 3       | Inés               | Mira        | sow sweet peas, tray 4     |
  | 4       | Mr. Whitcombe      | nobody      | he waters when he pleases  |
  | 5       | the Adeyemi family | Mira        | children may use the hose  |
  | 6       | Mira               | Inés        | mousetraps, look only      |
  +---------+--------------------+-------------+----------------------------+

Swap as you like, but tell the person you swap with. Last winter two people swapped with each other twice and the
lemon tree drowned.

Bernard
`;

const SEEDS = `
Hello Mira,

your seeds are packed and wait in the shed at the seed library, second drawer on the left, with your name on the
paper. I put in what you asked for and two things you did not ask for:

- Tomato "Black Plum", 12 seeds. From your own plant of two years ago, so you know the father.
- Broad bean "Aquadulce", a good handful. Sow them now, before you have time to think about it.
- Chard, five colours. Nobody ever likes it and everybody takes it.
- Nasturtium, climbing. This is one of the two surprises.
- Something that Mr. Whitcombe gave me in an envelope that says only "good". This is the other one. He would not say
  what it is. I have sown three and they look like a thistle with ambitions.

As always it is a loan: bring back twice as many in autumn, or a cake.

Besos,
Inés
`;

const HARVEST = `
Mira, look what was hiding behind the water butt. Ripened on the windowsill, the last three of the whole year, and the
small yellow one is from your side of the fence, so by the law of Sparrow Lane a third of the salad is yours.

Come on Sunday and bring bread.

Inés
`;

const WHITCOMBE = `
Mrs. Poplar,

the gate. It does not shut by itself. You shut it.

I mention it because of the hares.

A. Whitcombe
`;

const DIGEST = `
Sparrow Lane Digest, number 208

Topics in this issue:

   1. Compost, and who put a toaster in it (Bernard Okafor)
   2. Re: Compost, and who put a toaster in it (A. Whitcombe)
   3. Wanted: jam jars (Inés Valdés)

----------------------------------------------------------------------

Message: 1
From: Bernard Okafor <bernard@sparrowlane.example>
Subject: Compost, and who put a toaster in it

There is a toaster in bay two. I have taken it out. It still works, so I have put it in the hut, where from now on
we have toast. I should nevertheless like to know what went on in somebody's head.

------------------------------

Message: 2
From: A. Whitcombe <whitcombe@oldpost.example>
Subject: Re: Compost, and who put a toaster in it

It says "compostable" on the bottom. I read what it says. It is not my fault if they print things.

------------------------------

Message: 3
From: Inés Valdés <ines@seedbox.example>
Subject: Wanted: jam jars

Thirty would do, forty would be better. With lids, please. In return you get one of them back, full.

------------------------------

End of Sparrow Lane Digest 208
******************************
`;

/** Armour around octets that mean nothing: it shows what a signed message looks like, and no key can verify it. */
const SIGNATURE = `
-----BEGIN PGP SIGNATURE-----

iHUEABYKAB0WIQRub3QgYSByZWFsIHNpZ25hdHVyZSBhdCBhbGwFAmZ1bm55AAoJ
ENdqdXN0IGEgc2FtcGxlIGZvciBQb3BsYXIncyBkZW1vIG1haWxib3gAAP9zcGFy
cm93bGFuZWdyZWVuaG91c2VrZXR0bGVoYXJlcwD/YXJ0aWNob2tld2l0aGFoYXQ=
=hare
-----END PGP SIGNATURE-----
`;

/** Everything from the allotments. */
export function garden(clock: SampleClock): Letter[] {
  return [
    ...frostThread(clock),
    {
      name: 'garden-rota',
      from: bernard,
      cc: [ines, whitcombe],
      subject: 'Greenhouse rota for the winter',
      when: { daysAgo: 12, at: '21:15' },
      body: text(ROTA),
    },
    {
      name: 'garden-seeds',
      from: ines,
      subject: 'Your seeds are in the drawer',
      when: { daysAgo: 24, at: '10:03' },
      body: text(SEEDS),
    },
    {
      name: 'garden-harvest',
      from: ines,
      subject: 'The whole harvest, in one photograph',
      when: { daysAgo: 1, at: '16:37' },
      body: multipart('mixed', [
        text(HARVEST),
        attachment('the-whole-harvest.png', 'image/png', photoTomatoes()),
      ]),
    },
    {
      name: 'garden-gate',
      from: whitcombe,
      subject: null,
      when: { daysAgo: 8, at: '06:02' },
      body: text(WHITCOMBE),
    },
    {
      name: 'garden-digest',
      from: { ...sparrowLane, name: 'Sparrow Lane digest', zone: '+0000' },
      to: [sparrowLane],
      subject: '[sparrow-lane] Digest, number 208',
      when: { daysAgo: 17, at: '04:00' },
      headers: LIST,
      body: multipart(
        'signed',
        [text(DIGEST), lines('application/pgp-signature; name="signature.asc"', SIGNATURE)],
        'micalg=pgp-sha256; protocol="application/pgp-signature"',
      ),
    },
  ];
}
