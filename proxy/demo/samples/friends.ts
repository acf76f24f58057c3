/** Friends: Nour in Cairo (Arabic, right to left), Eleni on Naxos (Greek), Sofie's choir with the tune as a WAV. */
import { tuneWav } from '../media/wav.ts';
import type { SampleClock } from './clock.ts';
import type { Letter } from './compose.ts';
import { attachment, html, multipart, text } from './parts.ts';
import { eleni, nour, sofie } from './people.ts';

const CAIRO_PLAIN = `
عزيزتي ميرا،

وصلت الخريطة أمس، وفتحتها على طاولة المطبخ فاجتمعت العائلة كلها حولها. أمي وجدت شارع طفولتها، وأبي وجد خطأ صغيرًا
في اسم المقهى القديم، وهو سعيد جدًا بهذا الخطأ ويطلب منك ألا تصححيه.

سنعلقها في المكتبة بجانب النافذة. كل من يدخل سيضع دبوسًا صغيرًا حيث وُلد، وبعد سنة نرسل إليك صورة.

متى تأتين؟ الشتاء هنا أجمل من الصيف، والنيل هادئ، والشاي جاهز دائمًا.

نور
`;

const CAIRO_HTML = `
<div dir="rtl" lang="ar" style="font-size:17px;line-height:1.9">
<p>عزيزتي ميرا،</p>
<p>وصلت الخريطة أمس، وفتحتها على طاولة المطبخ فاجتمعت العائلة كلها حولها. أمي وجدت شارع طفولتها، وأبي وجد خطأ صغيرًا
في اسم المقهى القديم، وهو سعيد جدًا بهذا الخطأ ويطلب منك ألا تصححيه.</p>
<p>سنعلقها في المكتبة بجانب النافذة. كل من يدخل سيضع دبوسًا صغيرًا حيث وُلد، وبعد سنة نرسل إليك صورة.</p>
<p>متى تأتين؟ الشتاء هنا أجمل من الصيف، والنيل هادئ، والشاي جاهز دائمًا.</p>
<p>نور</p>
</div>
`;

const RECIPE = `
صباح الخير يا ميرا،

سألتِني عن وصفة الكشري التي أكلتِها عندنا. هذه هي، كما تكتبها أمي، أي بدون مقادير:

عدس، أرز، معكرونة، حمص، صلصة طماطم، خل وثوم، وبصل مقلي كثير. ثم بصل أكثر.

إذا سألك أحد كم من البصل، فالجواب: ليس كافيًا بعد.

And for your English-speaking friends: lentils, rice, pasta, chickpeas, tomato sauce, vinegar with garlic, and onions.
However many onions you are thinking of, it is more.

نور
`;

const NAXOS = `
Γεια σου Μίρα!

Το σπίτι είναι έτοιμο, το σκαλί δεν τρίζει πια και η γάτα γέννησε τέσσερα στο καλάθι με τους χάρτες σου. Μην
ανησυχείς, κάθονται μόνο πάνω στη Μήλο.

Έλα τον Μάιο, πριν από τους άλλους. Σου κρατάω το δωμάτιο με το μπλε παράθυρο.

Φιλιά,
Ελένη
`;

const TUNE = `
Hello all altos, and Mira,

here is the tune for the second verse, played very slowly on the thing I bought at the flea market. It is only the
accompaniment: the high notes are you. Listen to it three times before Thursday, once while washing up, once on the
way, and once properly.

The file is about five megabytes. I know. I tried to make it smaller and it began to sound like a kettle.

See you on Thursday at half past seven. It is warm in the church this time, they have promised.

Sofie
`;

const WARM_UP = `
Dear altos,

because three of you asked for it in writing, here is the warm-up. One breath. No cheating.

${'lalalilalolalulilalelola'.repeat(16)}aaah

Whoever reaches the end without going red sings the solo at Christmas. Whoever goes red brings the mulled wine.

Sofie
`;

const CHRISTMAS = `
Dear all,

that was it: two concerts, one broken music stand, four hundred and eleven in the collecting box for the soup kitchen,
and a standing ovation from a dog. Thank you. I have rarely been so proud of so many people in such unsuitable shoes.

The recording will come in January, as soon as I have cut out the part where somebody (bass, second row) sneezes in the
general pause. Several of you have asked me not to cut it out.

Sleep well, and get well, and see you next year.

Sofie
`;

const LIBRARY_CARD = `
Mira, habibti,

a short one in English, because I write from the office and the keyboard here is stubborn: the small exhibition of your
maps opens on the first Thursday of next month, in the reading room, with tea. We have chosen eleven sheets. The Kyoto
one is not among them yet, and that is a hint.

Would you write two sentences about each? Two, not twenty. I know you.

Nour
`;

/** Everything from friends. */
export function friends(_clock: SampleClock): Letter[] {
  return [
    {
      name: 'nour-map',
      from: nour,
      subject: 'الخريطة على الطاولة',
      when: { daysAgo: 3, at: '09:18' },
      body: multipart('alternative', [text(CAIRO_PLAIN), html(CAIRO_HTML)]),
    },
    {
      name: 'nour-recipe',
      from: nour,
      subject: 'وصفة الكشري',
      when: { daysAgo: 61, at: '08:40' },
      body: text(RECIPE, { encoding: 'base64' }),
    },
    {
      name: 'nour-exhibition',
      from: nour,
      subject: 'Eleven sheets, two sentences each',
      when: { daysAgo: 18, at: '13:26' },
      body: text(LIBRARY_CARD),
    },
    {
      name: 'eleni-house',
      from: eleni,
      subject: 'Το μπλε παράθυρο',
      when: { daysAgo: 27, at: '12:12' },
      headerCharset: 'iso-8859-7',
      body: text(NAXOS, { charset: 'iso-8859-7', encoding: 'quoted-printable' }),
    },
    {
      name: 'choir-tune',
      from: sofie,
      subject: 'Second verse: the tune (5 MB, sorry)',
      when: { daysAgo: 2, at: '20:55' },
      body: multipart('mixed', [text(TUNE), attachment('second-verse.wav', 'audio/wav', tuneWav())]),
    },
    {
      name: 'choir-warm-up',
      from: sofie,
      subject: 'The warm-up, in writing',
      when: { daysAgo: 38, at: '19:02' },
      body: text(WARM_UP),
    },
    {
      name: 'choir-christmas',
      from: sofie,
      subject: 'Thank you, and about the sneeze',
      when: { lastTime: '12-21', at: '22:47' },
      body: text(CHRISTMAS),
    },
  ];
}
