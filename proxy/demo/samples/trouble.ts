/**
 * Letters that lie: a false bank with a look-alike domain and links that go elsewhere, and a false boss in a hurry.
 * They are here so that one can see how Poplar shows them. Every domain is reserved, every link leads nowhere.
 */
import type { SampleClock } from './clock.ts';
import type { Letter } from './compose.ts';
import { html, text } from './parts.ts';
import type { Person } from './people.ts';

/** The real bank's domain is only the front of a longer one. */
const falseBank: Person = {
  name: 'Brackwater Savings Bank',
  address: 'security@brackwaterbank.example.account-check.test',
  zone: '+0000',
  bounces: 'x81k@bulk-77.test',
  suspect: true,
};
const falseBoss: Person = {
  name: 'Daniel Achterberg',
  address: 'daniel.achterberg.office@freemail.example',
  zone: '+0300',
  suspect: true,
};

const FALSE_BANK = `
<html><body style="margin:0;background:#eef1f4">
<table width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px">
<table width="560" cellpadding="0" cellspacing="0" bgcolor="#ffffff" style="border-top:6px solid #14507a;font:15px/22px Arial,sans-serif;color:#222">
<tr><td style="padding:20px 28px"><img src="https://bulk-77.test/logo.png?u=demo%40poplar.example" width="180" height="40" alt="Brackwater Savings Bank"></td></tr>
<tr><td style="padding:0 28px 24px">
<p><b>Dear customer demo@poplar.example,</b></p>
<p>we have noticed unusual activitys in your account. For your security it was <font color="#c00000"><b>LIMITED</b></font>. You must
confirm your details within <b>24 hours</b>, otherwise your account will be closed and a fee of 89,00 EUR applies.</p>
<p align="center" style="padding:8px 0"><a href="http://brackwaterbank.example.account-check.test/login?id=8f31c&amp;e=demo%40poplar.example"
 style="background:#14507a;color:#ffffff;padding:12px 26px;text-decoration:none;border-radius:4px">Confirm now</a></p>
<p>If the button does not work, use this link:<br>
<a href="http://brackwaterbank.example.account-check.test/login?id=8f31c">https://www.brackwaterbank.example/secure/login</a></p>
<form action="http://brackwaterbank.example.account-check.test/post" method="post">
<p>Or answer right here:<br><input type="text" name="user" placeholder="Customer number"> <input type="password" name="pin" placeholder="PIN">
<input type="submit" value="Unlock"></p></form>
<p>Sincerely,<br>Customer Securitiy Department</p>
</td></tr></table></td></tr></table>
<img src="https://bulk-77.test/o/8f31c.gif" width="1" height="1">
</body></html>
`;

const FALSE_BOSS = `
Mira

Are you at your desk? I am in a meeting and cannot take calls. I need a favour and it has to stay between us for now.

Please buy six gift cards of 100 each for our clients, any shop is ok, scratch the codes free and send me photos of them.
You get it back today. It is URGENT, the client waits.

Answer only to this mail, not in the office.

Daniel Achterberg
Fieldnote Maps

Sent from my phone
`;

const REAL_DANIEL = `
Hello all,

somebody is writing to us in my name again and wants gift cards. I do not want gift cards. I have never in my life wanted
a gift card, as everybody knows who was at my birthday.

If a message from me is in a hurry, comes from an address you do not know, and asks you to tell nobody: tell everybody.

Daniel (the one with the loud typing, room 2.04)
`;

/** Letters that lie, and one that warns. */
export function trouble(_clock: SampleClock): Letter[] {
  return [
    {
      name: 'false-bank',
      from: falseBank,
      replyTo: { name: '', address: 'claims@bulk-77.test', zone: '+0000' },
      subject: 'URGENT: your account is limited - confirm within 24 hours',
      when: { minutesAgo: 85 },
      headers: ['X-Priority: 1', 'Importance: high'],
      body: html(FALSE_BANK),
    },
    {
      name: 'false-boss',
      from: falseBoss,
      subject: 'quick favour',
      when: { daysAgo: 9, at: '13:37' },
      body: text(FALSE_BOSS),
    },
    {
      name: 'boss-warns',
      from: { name: 'Daniel Achterberg', address: 'daniel@fieldnote.example', zone: '+0100' },
      to: [{ name: 'Everybody', address: 'all@fieldnote.example', zone: '+0100' }],
      subject: 'I do not want gift cards',
      when: { daysAgo: 9, at: '15:02' },
      body: text(REAL_DANIEL),
    },
  ];
}
