import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanDeclarations, cleanStyleSheet, type CssPolicy } from '../../../web/html/css.ts';

function policy(): CssPolicy & { images: string[]; others: number } {
  const seen = {
    images: [] as string[],
    others: 0,
    idPrefix: 'mail-',
    imageUrl(url: string): string | null {
      seen.images.push(url);
      return url.startsWith('cid:') ? `blob:https://here/${url.slice(4)}` : null;
    },
    blocked(): void {
      seen.others++;
    },
  };
  return seen;
}

const declarations: [name: string, css: string, cleaned: string][] = [
  ['plain declarations', 'color: red; margin:0 auto', 'color: red; margin: 0 auto'],
  [
    'colours of all kinds',
    'color:#FF0000;background-color:rgba(0,0,0,.5);border-color:hsl(120deg 50% 50%)',
    'color: #FF0000; background-color: rgba(0,0,0,.5); border-color: hsl(120deg 50% 50%)',
  ],
  ['important', 'color:red!important;width:1px ! important', 'color: red!important; width: 1px ! important'],
  ['a calculation', 'width:calc(100% - 20px)', 'width: calc(100% - 20px)'],
  [
    'a gradient',
    'background:linear-gradient(to right, red 0%, #fff 100%)',
    'background: linear-gradient(to right, red 0%, #fff 100%)',
  ],
  ['quoted fonts', `font-family:"Segoe UI",'Open Sans',Arial`, 'font-family: "Segoe UI","Open Sans",Arial'],
  [
    'fonts beyond ASCII',
    'font-family:ＭＳ ゴシック',
    'font-family: \\ff2d \\ff33  \\30b4 \\30b7 \\30c3 \\30af',
  ],
  ['upper case', 'COLOR:RED', 'color: RED'],
  ['comments', 'color/**/:/*a*/red/*;*/', 'color: red'],
  ['a missing colon and an empty value', 'color red;color:;margin:1px', 'margin: 1px'],
  ['an unknown property', 'mso-line-height-rule:exactly;-webkit-text-size-adjust:none', ''],
  ['position', 'position:fixed;z-index:9;top:0;inset:0;color:red', 'color: red'],
  ['an escaped position', 'p\\6fsition:fixed;p\\osition:fixed', ''],
  ['movement', 'transform:none;animation:x;transition:all;will-change:top;zoom:2', ''],
  ['viewport heights', 'height:100vh;min-height:50dvh;max-height:1vmin;width:10vw', 'width: 10vw'],
  ['an unknown unit', 'width:10foo', ''],
  ['variables', '--x:red;color:var(--x);width:env(a)', ''],
  ['expression', 'width:expression(alert(1))', ''],
  ['a remote image', 'background:url(https://x/a.png) no-repeat', 'background: none no-repeat'],
  ['an image of the mail', 'background-image:url(cid:a)', 'background-image: url("blob:https://here/a")'],
  [
    'a quoted image of the mail',
    `background:url( 'cid:a' ) center`,
    'background: url("blob:https://here/a") center',
  ],
  ['an unclosed url', 'background:url(https://x/a.png', 'background: none'],
  ['a bad url', 'background:url(a b);color:red', 'color: red'],
  ['a bad string', 'font-family:"a\nb";color:red', ''],
  ['an unclosed string', 'font-family:"a', 'font-family: "a"'],
  ['an escaped url', 'background:\\75rl(https://x/a.png)', 'background: none'],
  ['image-set', 'background-image:image-set("https://x/a.png" 1x)', ''],
  ['src()', 'background:src("https://x/a.png")', ''],
  ['a url where no image belongs', 'color:url(https://x/a);cursor:url(https://x/b)', ''],
  ['unbalanced brackets', 'width:calc(1px;color:red', ''],
  ['a stray bracket', 'width:1px);color:red', 'color: red'],
  ['blocks', 'color:{red};x:y', ''],
  ['a nested rule', 'color:red;&:hover{color:blue}', 'color: red'],
  [
    'an end of a style element',
    'font-family:"</style><script>"',
    'font-family: "\\3c /style\\3e \\3c script\\3e "',
  ],
  ['an at-rule', '@import "x";color:red', 'color: red'],
  ['nothing', '', ''],
  ['too much', `color:red;${' '.repeat(300_000)}`, ''],
];

const sheets: [name: string, css: string, cleaned: string][] = [
  ['a rule', 'p{color:red}', 'p { color: red }'],
  [
    'selectors',
    'table > td.a:first-child, a:hover ~ b + i::first-line{color:red}',
    'table > td.a:first-child, a:hover ~ b + i::first-line { color: red }',
  ],
  ['an id', '#top .x{color:red}', '#mail-top .x { color: red }'],
  ['an attribute selector', 'a[href^="x"],[class*=y]{color:red}', 'a[href^="x"],[class*=y] { color: red }'],
  [
    'functions in selectors',
    'p:not(.a):nth-child(2n + 1){color:red}',
    'p:not(.a):nth-child(2n + 1) { color: red }',
  ],
  ['an unknown function in a selector', 'p:has(a){color:red}', ''],
  ['HTML comment marks', '<!-- p{color:red} -->', 'p { color: red }'],
  [
    'a media query',
    '@media only screen and (max-width:600px){p{color:red}}',
    '@media only screen and (max-width:600px) {\np { color: red }\n}',
  ],
  ['a query of the height', '@media (max-height:600px){p{color:red}}', ''],
  ['a query of the scheme', '@media (prefers-color-scheme:dark){p{color:#fff}}', ''],
  ['a query of the orientation', '@media (orientation:landscape){p{color:#fff}}', ''],
  ['import', '@import "https://x/a.css";p{color:red}', 'p { color: red }'],
  ['an escaped import', '@\\69mport url(https://x);p{color:red}', 'p { color: red }'],
  ['import without an end', '@import "https://x/a.css"', ''],
  ['a font', '@font-face{font-family:x;src:url(https://x/f)}p{color:red}', 'p { color: red }'],
  [
    'other at-rules',
    '@charset "x";@namespace y url(z);@keyframes k{from{color:red}}@supports(color:red){p{color:red}}@layer a{p{color:red}}p{color:red}',
    'p { color: red }',
  ],
  [
    'a bad rule between good ones',
    'a{color:red}}b{color:red}c{color:red}',
    'a { color: red }\nc { color: red }',
  ],
  ['an unclosed rule', 'p{color:red', 'p { color: red }'],
  ['a rule without declarations left', 'p{position:fixed}', ''],
  ['nested rules', 'div{color:red;p{background:url(https://x)}}', 'div { color: red }'],
  [
    'a declaration that looks like a rule',
    'p{color:red}body{background:url(https://x)}',
    'p { color: red }\nbody { background: none }',
  ],
];

describe('cleanDeclarations', () => {
  test.each(declarations)('handles %s', (_, css, cleaned) => {
    expect(cleanDeclarations(css, policy())).toBe(cleaned);
  });

  it('asks for each image and counts the rest', () => {
    const seen = policy();
    cleanDeclarations(
      'background:url(https://x/1),url("2");cursor:url(3);list-style:url(4);--x:url(5)',
      seen,
    );
    expect(seen).toMatchObject({ images: ['https://x/1', '2', '4'], others: 2 });
  });
});

describe('cleanStyleSheet', () => {
  test.each(sheets)('handles %s', (_, css, cleaned) => {
    expect(cleanStyleSheet(css, policy())).toBe(cleaned);
  });

  it('counts imports and fonts', () => {
    const seen = policy();
    cleanStyleSheet('@import "a";@import url(b);@font-face{src:url(c)}', seen);
    expect(seen.others).toBe(3);
  });
});

describe('any CSS', () => {
  const piece = fc.constantFrom(
    ...[
      'url(',
      '"',
      "'",
      ')',
      '(',
      '{',
      '}',
      ';',
      ':',
      '\\',
      '/*',
      '*/',
      '@import',
      '@media',
      'color',
      'red',
      ' ',
      '\n',
    ],
    ...[
      'background',
      '\\75',
      'rl(',
      '!important',
      '<!--',
      '-->',
      '<',
      'https://x/',
      'calc(',
      '#a',
      ',',
      '\0',
      '--x',
      '1px',
      '[',
      ']',
    ],
  );
  const css = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('comes out clean, and the same when cleaned again', () => {
    fc.assert(
      fc.property(css, (text) => {
        for (const clean of [cleanDeclarations, cleanStyleSheet]) {
          const once = clean(text, policy());
          expect(once.replace(/"(?:[^"\\]|\\[^])*"/g, '')).not.toMatch(
            /url|src\(|@import|position|[<\0]|var\(/i,
          );
          expect(once).not.toContain('<');
          expect(clean(once, policy())).toBe(once);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['{', '}', '(', 'calc(', '@media screen{', 'a{', '\\', '/*', '"', 'url(', 'a:', ';', '[', '#'])(
    'gets through 200,000 characters of %s',
    (text) => {
      const long = text.repeat(Math.floor(200_000 / text.length));
      expect(cleanDeclarations(long, policy()) + cleanStyleSheet(long, policy())).not.toContain('<');
    },
  );
});
