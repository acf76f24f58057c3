/** The boiler's invoice as a PDF: one page of Copperline Heating's stationery. Knows no mail. */
import { PAGE, PdfPage } from './pdf.ts';

export interface Invoice {
  number: string;
  date: string;
  due: string;
  items: readonly { what: string; quantity: string; cents: number }[];
}

const COPPER = [0.7, 0.36, 0.2] as const;
const QUIET = [0.45, 0.47, 0.5] as const;
const VAT = 0.19;
const [LEFT, RIGHT] = [62, PAGE.width - 62];

/** Euros with two digits, such as `1,234.50`. */
export function euros(cents: number): string {
  const [whole = '0', rest = '00'] = (cents / 100).toFixed(2).split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${rest}`;
}

/** Net, tax and total in cents. */
export function totalsOf(invoice: Invoice): { net: number; tax: number; total: number } {
  const net = invoice.items.reduce((sum, item) => sum + item.cents, 0);
  const tax = Math.round(net * VAT);
  return { net, tax, total: net + tax };
}

export function invoicePdf(invoice: Invoice): Uint8Array {
  const page = new PdfPage();
  head(page);
  addresses(page, invoice);
  const below = items(page, invoice);
  totals(page, invoice, below);
  foot(page);
  return page.toPdf(`Invoice ${invoice.number}`);
}

/** The mark is a flame made of two curves. */
function head(page: PdfPage): void {
  page
    .fill('78 742 m 58 752 60 772 76 790 c 78 776 98 770 94 752 c 92 744 86 741 78 742 c', COPPER)
    .fill('79 747 m 71 752 72 762 79 768 c 81 761 88 758 86 751 c 85 748 82 746 79 747 c', [1, 0.87, 0.66])
    .text(106, 768, 'Copperline Heating', { size: 20, bold: true, colour: COPPER })
    .text(106, 752, 'Boilers, radiators and patience since 1987', { colour: QUIET })
    .line(LEFT, 728, RIGHT, 728, 1);
}

function addresses(page: PdfPage, invoice: Invoice): void {
  ['Mira Poplar', '14 Linden Street, top floor', '4021 Brackwater'].forEach((row, index) =>
    page.text(LEFT, 690 - index * 15, row, { size: 11, bold: index === 0 }),
  );
  const facts = [
    ['Invoice', invoice.number],
    ['Date', invoice.date],
    ['Due', invoice.due],
    ['Paid by', 'Aldgate & Daughter Lettings'],
  ] as const;
  facts.forEach(([name, value], index) =>
    page.text(340, 690 - index * 15, name, { colour: QUIET }).text(396, 690 - index * 15, value),
  );
  page.text(LEFT, 596, `Invoice ${invoice.number}`, { size: 17, bold: true });
  page.text(LEFT, 576, 'For the repair of the heating at 14 Linden Street. Thank you for the tea.');
}

function items(page: PdfPage, invoice: Invoice): number {
  let y = 540;
  page.text(LEFT, y, 'Work and parts', { bold: true }).text(370, y, 'Quantity', { bold: true });
  page.textRight(RIGHT, y, 'Euro', { bold: true }).line(LEFT, y - 8, RIGHT, y - 8);
  for (const item of invoice.items) {
    y -= 24;
    page.text(LEFT, y, item.what).text(370, y, item.quantity).textRight(RIGHT, y, euros(item.cents));
  }
  page.line(LEFT, y - 12, RIGHT, y - 12);
  return y - 34;
}

function totals(page: PdfPage, invoice: Invoice, from: number): void {
  const { net, tax, total } = totalsOf(invoice);
  page.text(370, from, 'Net').textRight(RIGHT, from, euros(net));
  page.text(370, from - 18, `VAT ${VAT * 100} %`).textRight(RIGHT, from - 18, euros(tax));
  page.line(370, from - 27, RIGHT, from - 27);
  page.text(370, from - 46, 'Total', { size: 13, bold: true });
  page.textRight(RIGHT, from - 46, `€ ${euros(total)}`, { size: 13, bold: true, colour: COPPER });
}

function foot(page: PdfPage): void {
  page
    .line(LEFT, 96, RIGHT, 96)
    .text(LEFT, 78, 'Copperline Heating • 3 Foundry Yard • 4021 Brackwater • jobs@copperline.example', {
      size: 9,
      colour: QUIET,
    })
    .text(LEFT, 64, 'A made-up company with a made-up account. This invoice asks nobody for money.', {
      size: 9,
      colour: QUIET,
    });
}
