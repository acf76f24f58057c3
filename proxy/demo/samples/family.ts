/** Mira's family: her sister in Tirana (in English and Albanian), her mother, Aunt Vesna with two photographs. */
import { drawingBicycle } from '../media/drawing-bicycle.ts';
import { photoDusk } from '../media/photo-dusk.ts';
import { photoLake } from '../media/photo-lake.ts';
import { quote, type Letter } from './compose.ts';
import { attachment, html, inlineImage, multipart, text, type Part } from './parts.ts';
import { aunt, elira, mother } from './people.ts';

const SUBJECT = 'Dritani të ka vizatuar diçka';

/** HTML that shows the drawing inside the text, as sent from a phone. */
function drawing(): Part {
  const plain = `
E dashur Mira,

Dritani ka vizatuar biçikletën tënde. Thotë se është e jotja sepse është e kuqe dhe sepse «tezja Mira nuk ka kurrë
kohë të presë». E kam vënë te frigoriferi, por deshi që ta kesh edhe ti.

Rrotat i ka numëruar dy herë.

Të përqafojmë fort,
Elira
`;
  const rich = `
<div dir="ltr" lang="sq">
<p>E dashur Mira,</p>
<p>Dritani ka vizatuar biçikletën tënde. Thotë se është e jotja sepse është e kuqe dhe sepse «tezja Mira nuk ka kurrë
kohë të presë». E kam vënë te frigoriferi, por deshi që ta kesh edhe ti.</p>
<p><img src="cid:bicycle@tirana.example" width="360" height="260" alt="Një biçikletë e kuqe, vizatuar me bojëra dylli"></p>
<p>Rrotat i ka numëruar dy herë.</p>
<p>Të përqafojmë fort,<br>Elira</p>
</div>
`;
  return multipart('alternative', [
    text(plain),
    multipart('related', [
      html(rich),
      inlineImage('bicycle@tirana.example', 'biçikleta.png', 'image/png', drawingBicycle()),
    ]),
  ]);
}

function sisterThread(): Letter[] {
  const re = `Re: ${SUBJECT}`;
  return [
    { name: 'elira-1', from: elira, subject: SUBJECT, when: { daysAgo: 7, at: '20:14' }, body: drawing() },
    {
      name: 'elira-2',
      from: elira,
      subject: re,
      when: { daysAgo: 6, at: '07:30' },
      after: ['elira-1', 'mira-drawing'],
      body: `Ia lexova. U skuq i tëri dhe pastaj pyeti nëse është e vërtetë që do ta varësh në zyrë, te hartat.

Tani po vizaton një anije. Duhet të kesh edhe një mur tjetër gati.

Elira

${quote('Mira Poplar shkroi:', 'Thuaji Dritanit se kjo është biçikleta më e mirë që kam pasur ndonjëherë. Do ta var në zyrë, midis hartës së Kiotos\ndhe asaj të Lisbonës.')}`,
    },
    {
      name: 'elira-3',
      from: elira,
      subject: re,
      when: { daysAgo: 4, at: '22:02' },
      after: ['elira-1', 'mira-drawing', 'elira-2', 'mira-visit'],
      body: `Po, po, po! Ejani për Vitin e Ri. Kemi vend: ti fle te dhoma me libra, nëna te ne, dhe Dritani do të flejë me
kënaqësi në korridor, sepse ka një çadër të re.

Sill çizme. Këtë herë do të ngjitemi vërtet në Dajt, jo vetëm deri te kafja.

E.

${quote('Mira Poplar shkroi:', 'Nëna pyet nëse mund të vijmë në dhjetor. Biletat me tren deri në Bar dhe pastaj autobusi, si dikur.')}`,
    },
    {
      name: 'elira-4',
      from: elira,
      subject: re,
      when: { minutesAgo: 46 },
      after: ['elira-1', 'mira-drawing', 'elira-2', 'mira-visit', 'elira-3'],
      body: `Edhe diçka: nëna thotë se ti do të gatuash bakllavanë këtë vit. Unë nuk thashë asgjë. Dritani tha «më në fund».

Më thuaj nesër sa arra të blej.

E.`,
    },
  ];
}

const ALBANIAN_NEWS = `
Mira,

e gjeta! Harta e vjetër e babait ishte tërë kohën pas dollapit, e mbështjellë me gazetë. Është ajo e lumit Buna me
varkat e shënuara me dorë. Një cep është brejtur nga minjtë, por vetëm deti, jo toka.

Ta dërgoj, apo ta ruaj derisa të vish? Unë do ta ruaja. Posta nuk di të trajtojë baballarë.

Këtu ka tri ditë shi dhe të gjithë janë të lumtur, përveç lavanderisë.

Elira
`;

const MOTHER = `
My dear Mira,

I am writing this on the machine that your sister has set up for me, and she says I need not press the key at the
end of a line, it finds the end by itself. I do not trust it but so far it is true.

The lighthouse is being painted. Red and white again, after they had considered blue for two years and asked
everybody. Your aunt goes up every evening to see that the stripes are straight and then comes to me and says that
they are not.

Three things before I forget:

1. The quince jam is set. Eleven glasses. Three are yours, one is for your landlord because of the brandy.
2. I have found your first map, the one of the garden with the "dangerous bee". It hangs in the kitchen now.
3. In December we go to Tirana together, Elira writes. I have bought the tickets, paper ones, one can hold them.

Do you eat? You do not write whether you eat.

Your mother
`;

const HILL = `
Dear Mira,

you asked what it looks like up here now. It looks like this. The first one is from the hill on Sunday evening, the
poplars your grandfather planted for his wedding, nine of them because he could not count when he was happy.

The second one is the lake on Monday before breakfast. The boat is not ours. It was simply there, and later it was not.

I took both with the new telephone and my old thumb, which for once is not in the picture.

Love,
Aunt Vesna
`;

const NEW_YEAR = `
Happy New Year, my dear!

The lighthouse blew its horn at midnight, the first time in eleven years. All the dogs in the village answered, and
then your aunt did too.

I wish you health, dry paper, and a winter with good light. And I wish that the chair by my window has you in it more
often. There, I said it.

Your mother
`;

/** Everything from the family. */
export function family(): Letter[] {
  return [
    ...sisterThread(),
    {
      name: 'elira-map',
      from: elira,
      subject: 'E gjeta hartën e babait',
      when: { daysAgo: 52, at: '18:44' },
      body: text(ALBANIAN_NEWS),
    },
    {
      name: 'mother-letter',
      from: mother,
      subject: 'Jam, paint, and the dangerous bee',
      when: { daysAgo: 15, at: '15:20' },
      body: text(MOTHER, { flowed: true }),
    },
    {
      name: 'vesna-photos',
      from: aunt,
      subject: 'Two photographs from up here',
      when: { daysAgo: 2, at: '11:08' },
      body: multipart('mixed', [
        text(HILL),
        attachment('from-the-hill.png', 'image/png', photoDusk()),
        attachment('before-breakfast.png', 'image/png', photoLake()),
      ]),
    },
    {
      name: 'mother-new-year',
      from: mother,
      subject: 'Happy New Year',
      when: { lastTime: '01-01', at: '09:03' },
      body: text(NEW_YEAR),
    },
  ];
}
