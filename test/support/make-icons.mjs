/**
 * Draws the PNG icons in public/ from icon.svg with Chromium. Run by hand after the mark has changed:
 * `node test/support/make-icons.mjs`. Set CHROMIUM_PATH when Chromium is not at /usr/bin/chromium.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = new URL('../../public/', import.meta.url);
const green = '#1e7546';

// What each system does with an icon: `any` is shown as it is, maskable icons may lose all but the inner 80 %,
// and iOS rounds the corners itself and paints transparency black.
const icons = [
  { file: 'icon-192.png', size: 192, leaf: 0.72, corner: 0.22 },
  { file: 'icon-512.png', size: 512, leaf: 0.72, corner: 0.22 },
  { file: 'icon-maskable-512.png', size: 512, leaf: 0.56, corner: 0 },
  { file: 'apple-touch-icon.png', size: 180, leaf: 0.66, corner: 0 },
];

/** The mark in white, its vein cut out in green. */
const mark = (await readFile(new URL('icon.svg', folder), 'utf8'))
  .replace(/<style>[\s\S]*?<\/style>/, '')
  .replace('color="#fff"', `color="${green}"`)
  .replace(
    `color="${green}" stroke="currentColor" stroke-width="1.5"`,
    'color="#fff" stroke="currentColor" stroke-width="1.5"',
  );

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage();
  for (const { file, size, leaf, corner } of icons) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>
      * { margin: 0 }
      div { display: grid; place-items: center; height: 100vh; background: ${green}; border-radius: ${size * corner}px }
      svg { width: ${size * leaf}px }
    </style><div>${mark}</div>`);
    await writeFile(new URL(file, folder), await page.screenshot({ omitBackground: true }));
    console.log(fileURLToPath(new URL(file, folder)));
  }
} finally {
  await browser.close();
}
