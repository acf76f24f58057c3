/**
 * HTML mail as it is really sent: nested tables, inline styles, spacer images, remote pictures and tracking pixels,
 * links that run through a counter. All of it points at reserved domains; none of it must be loaded unasked.
 */
import type { SampleClock } from './clock.ts';
import type { Letter } from './compose.ts';
import { html, multipart, text } from './parts.ts';
import type { Person } from './people.ts';

const almanac: Person = {
  name: 'The Slow Almanac',
  address: 'letter@slow-almanac.example',
  zone: '+0000',
  bounces: 'bounce+mira=poplar.example@mailer.slow-almanac.example',
};
const kettle: Person = {
  name: 'Kettle & Crumb',
  address: 'hello@kettleandcrumb.example',
  zone: '+0100',
  bounces: 'b-77120@send.kettleandcrumb.example',
};
const library: Person = {
  name: 'Brackwater Library',
  address: 'news@library.brackwater.example',
  zone: '+0100',
};

/** The headers with which a bulk sender offers one-click leaving (RFC 8058). */
function bulk(host: string, list: string): string[] {
  return [
    `List-Id: <${list}.${host}>`,
    `List-Unsubscribe: <https://${host}/u/${list}/mira>, <mailto:leave@${host}?subject=${list}>`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'Precedence: bulk',
    'Feedback-ID: 4711:poplar:sample',
  ];
}

interface Story {
  title: string;
  image: string;
  alt: string;
  words: string;
}

function storyRow(story: Story): string {
  return `
<tr><td style="padding:0 32px 8px"><img src="https://images.slow-almanac.example/${story.image}" width="536" alt="${story.alt}"
 style="display:block;width:100%;max-width:536px;height:auto;border:0;border-radius:4px"></td></tr>
<tr><td style="padding:8px 32px 28px;font-family:Georgia,'Times New Roman',serif;font-size:16px;line-height:26px;color:#2b2b26">
<h2 style="margin:0 0 8px;font-size:21px;line-height:28px;color:#3a4a2c">${story.title}</h2>
<p style="margin:0 0 10px">${story.words}</p>
<a href="https://click.slow-almanac.example/c/${story.image.slice(0, -4)}?to=story" style="color:#5d7a3a">Go on reading</a>
</td></tr>`;
}

function almanacHtml(issue: number, lead: string, stories: readonly Story[]): string {
  return `
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>The Slow Almanac, letter ${issue}</title>
<style type="text/css">@media (max-width:600px){.wide{width:100% !important}} a:hover{text-decoration:none}</style></head>
<body style="margin:0;padding:0;background-color:#f1efe6">
<div style="display:none;max-height:0;overflow:hidden">${lead}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f1efe6"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" class="wide" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="border:1px solid #dedac9">
<tr><td align="center" style="padding:32px 32px 20px">
<img src="https://images.slow-almanac.example/masthead.png" width="280" height="64" alt="The Slow Almanac" style="display:block;border:0;font:italic 30px Georgia,serif;color:#3a4a2c">
<p style="margin:12px 0 0;font:13px Georgia,serif;letter-spacing:1px;color:#8a866f">LETTER ${issue} &middot; READ IT WHEN YOU LIKE</p></td></tr>
<tr><td style="padding:0 32px 24px;font:italic 18px/28px Georgia,serif;color:#55533f">${lead}</td></tr>
${stories.map(storyRow).join('')}
<tr><td bgcolor="#3a4a2c" style="padding:20px 32px;font:13px/20px Georgia,serif;color:#e9e6d6">
The Slow Almanac, 9 Mill Lane, Brackwater. You get this letter because you asked for it on a rainy Sunday.<br>
<a href="https://slow-almanac.example/u/letter/mira" style="color:#cbd8b5">Leave</a> &middot;
<a href="https://slow-almanac.example/letters/${issue}" style="color:#cbd8b5">Read in the browser</a></td></tr>
</table>
<img src="https://click.slow-almanac.example/open/${issue}/mira.gif" width="1" height="1" alt="" style="display:block;border:0">
</td></tr></table></body></html>
`;
}

function almanacText(issue: number, lead: string, stories: readonly Story[]): string {
  const pieces = stories.map((story) => `${story.title.toUpperCase()}\n\n${story.words}`);
  return `
THE SLOW ALMANAC, letter ${issue}

${lead}

${pieces.join('\n\n')}

To leave this letter: https://slow-almanac.example/u/letter/mira
`;
}

const MISTS: readonly Story[] = [
  {
    title: 'What fog is for',
    image: 'fog-over-water.jpg',
    alt: 'A wooden jetty that ends in fog',
    words: `Fog is a cloud that has come down to have a look. Late in the year it stays longest over water that is warmer than
the air, so if you want to see it leave, go to the river at nine and stand still. Bring something hot to hold.`,
  },
  {
    title: 'The moon this week',
    image: 'moon-half.jpg',
    alt: 'A half moon over bare branches',
    words: `A half moon, lit from the right, high at supper time. To the left of it stands a bright dot that does not
twinkle. It is a planet, and it is not in a hurry either.`,
  },
  {
    title: 'A soup of three things',
    image: 'soup.jpg',
    alt: 'A bowl of orange soup on a windowsill',
    words: `Pumpkin, an apple, an onion. Roast them whole until they give in, then make a soup of them with as much water
as it needs. It needs less than you think.`,
  },
];

const LANTERNS: readonly Story[] = [
  {
    title: 'The last swallows',
    image: 'swallows.jpg',
    alt: 'Swallows on a wire',
    words: `They have gone, all on one morning, and the wire by the dairy is a straight line again. If you write down the
date you will be surprised in ten years. We have written it down for forty-one.`,
  },
  {
    title: 'How to sharpen a pencil',
    image: 'pencils.jpg',
    alt: 'Three pencils and a knife on paper',
    words: `With a knife, away from you, in seven cuts. The machine does it in one turn and you have learned nothing and
have no curls to blow off the table.`,
  },
];

function offer(clock: SampleClock): string {
  const cell = (name: string, price: string, image: string): string => `
<td width="33%" valign="top" align="center" style="padding:8px">
<a href="https://go.kettleandcrumb.example/t/77120/${image}"><img src="https://cdn.kettleandcrumb.example/p/${image}.jpg" width="170" height="170" alt="${name}" border="0"></a><br>
<font face="Arial, Helvetica, sans-serif" size="2" color="#4a2c1a"><b>${name}</b><br>${price}</font></td>`;
  return `
<html><head><meta charset="utf-8"><style>
 @import url("https://cdn.kettleandcrumb.example/fonts/crumb.css");
 .hero { background-image: url(https://cdn.kettleandcrumb.example/hero-teapots.jpg); background-size: cover; }
</style></head>
<body bgcolor="#fff7ec" background="https://cdn.kettleandcrumb.example/paper.png">
<center><table width="620" cellpadding="0" cellspacing="0" bgcolor="#ffffff">
<tr><td class="hero" height="200" align="center" valign="middle" bgcolor="#b5532a">
<font face="Georgia, serif" size="6" color="#ffffff"><b>The kettle is on.</b></font><br>
<font face="Arial" size="3" color="#ffe9d6">Three teas for dark afternoons, until ${clock.weekday(4)}</font></td></tr>
<tr><td style="padding:20px;font:15px/23px Arial,Helvetica,sans-serif;color:#4a2c1a">
Hello Mira,<br><br>it gets dark at half past four and we think that one can do something about it. These three have never let
us down. With the word <b>LAMPLIGHT</b> the post is free, and the biscuit tin (a small one) comes along anyway.
</td></tr>
<tr><td><table width="100%" cellpadding="0" cellspacing="0"><tr>
${cell('Smoke &amp; Orchard', '9.80', 'smoke-orchard')}${cell('Grandmother&rsquo;s Mint', '7.20', 'mint')}${cell('Night Train', '11.50', 'night-train')}
</tr></table></td></tr>
<tr><td align="center" style="padding:16px 20px 28px">
<table cellpadding="0" cellspacing="0"><tr><td bgcolor="#b5532a" style="border-radius:24px;padding:12px 28px">
<a href="https://go.kettleandcrumb.example/t/77120/shop" style="color:#ffffff;font:bold 15px Arial;text-decoration:none">Put the kettle on</a></td></tr></table></td></tr>
<tr><td align="center" style="padding:14px;font:11px Arial;color:#9a8676;border-top:1px solid #eadfce">
Kettle &amp; Crumb, 2 Arcade, Brackwater &middot; <a href="https://kettleandcrumb.example/u/news/mira">No more letters</a></td></tr>
</table></center>
<img src="https://t.kettleandcrumb.example/o.gif?c=77120&amp;r=mira%40poplar.example" width="1" height="1">
<img src="https://pixel.adcount.example/i?ev=open&amp;cid=kc-november" width="1" height="1" style="display:none">
</body></html>
`;
}

const SHELF = `
<div style="font-family:sans-serif;max-width:560px">
<h1 style="font-size:22px">New on the shelf by the window</h1>
<p>Good morning, dear readers. Eleven books have arrived this week, and these four are the ones the staff has already
quarrelled about:</p>
<ul>
<li><b>The Cartographer&rsquo;s Left Hand</b> &mdash; a novel in which nobody gets lost, which is the problem.</li>
<li><b>Moss</b> &mdash; three hundred pages, and not one too many, says Ms. Brandt. One hundred, says Mr. Oyelaran.</li>
<li><b>A Short History of the Corner</b> &mdash; essays, best read in one.</li>
<li><b>Ships I Have Missed</b> &mdash; memoirs of a harbour pilot.</li>
</ul>
<p>The reading circle meets on Tuesday at seven. There will be soup. The book is short this time; we have learned.</p>
<p style="color:#777;font-size:13px">Brackwater Library, Market Square. You may also simply come by.</p>
</div>
`;

/** The newsletters. */
export function newsletters(clock: SampleClock): Letter[] {
  const almanacLetter = (
    issue: number,
    daysAgo: number,
    subject: string,
    lead: string,
    stories: readonly Story[],
  ): Letter => ({
    name: `almanac-${issue}`,
    from: almanac,
    replyTo: { name: 'The editors', address: 'editors@slow-almanac.example', zone: '+0000' },
    subject,
    when: { daysAgo, at: '06:00' },
    headers: bulk('slow-almanac.example', 'letter'),
    body: multipart('alternative', [
      text(almanacText(issue, lead, stories)),
      html(almanacHtml(issue, lead, stories)),
    ]),
  });
  return [
    almanacLetter(
      47,
      1,
      'Letter 47: What fog is for',
      'A letter about fog, half a moon, and a soup of three things.',
      MISTS,
    ),
    almanacLetter(
      46,
      29,
      'Letter 46: The last swallows',
      'A letter about leaving, and about pencils, which stay.',
      LANTERNS,
    ),
    {
      name: 'kettle-lamplight',
      from: kettle,
      subject: 'The kettle is on ☕ three teas for dark afternoons',
      when: { daysAgo: 4, at: '16:30' },
      headers: bulk('kettleandcrumb.example', 'news'),
      body: html(offer(clock)),
    },
    {
      name: 'library-shelf',
      from: library,
      subject: 'New on the shelf by the window',
      when: { daysAgo: 11, at: '10:45' },
      headers: bulk('library.brackwater.example', 'shelf'),
      body: html(SHELF),
    },
  ];
}
