/**
 * What mail may say in CSS: properties that colour, measure and align text, boxes and tables. Nothing that loads,
 * overlays, moves, animates, or depends on the height of the frame (the frame follows the height of the mail).
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const PROPERTIES = words(`
  align-content align-items align-self background background-attachment background-clip background-color
  background-image background-origin background-position background-position-x background-position-y background-repeat
  background-size border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius
  border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color border-left-style
  border-left-width border-radius border-right border-right-color border-right-style border-right-width border-spacing
  border-style border-top border-top-color border-top-left-radius border-top-right-radius border-top-style
  border-top-width border-width box-shadow box-sizing caption-side clear color column-count column-gap column-width
  columns direction display empty-cells flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap float
  font font-family font-feature-settings font-kerning font-size font-stretch font-style font-variant font-weight gap
  grid-column grid-row grid-template-columns grid-template-rows height hyphens justify-content justify-items
  justify-self letter-spacing line-break line-height list-style list-style-image list-style-position list-style-type
  margin margin-block margin-bottom margin-inline margin-left margin-right margin-top max-height max-width min-height
  min-width object-fit object-position opacity order outline outline-color outline-style outline-width overflow
  overflow-wrap overflow-x overflow-y padding padding-block padding-bottom padding-inline padding-left padding-right
  padding-top quotes row-gap tab-size table-layout text-align text-align-last text-decoration text-decoration-color
  text-decoration-line text-decoration-style text-indent text-overflow text-shadow text-transform
  text-underline-offset unicode-bidi vertical-align visibility white-space width word-break word-spacing word-wrap
  writing-mode
`);

/** Properties in which an image of the message itself (cid:, data:) may stand. */
export const IMAGE_PROPERTIES = words('background background-image list-style list-style-image');

export const FUNCTIONS = words(`
  rgb rgba hsl hsla hwb lab lch oklab oklch color-mix calc min max clamp linear-gradient radial-gradient conic-gradient
  repeating-linear-gradient repeating-radial-gradient minmax repeat fit-content
`);

/** Functions that name a resource; only counted, never kept. */
export const LOADING_FUNCTIONS = words(
  'url src image image-set -webkit-image-set cross-fade -webkit-cross-fade element paint',
);

export const UNITS = words(
  'px pt pc in cm mm q em rem ex ch lh rlh vw % deg rad grad turn fr dpi dppx n s ms',
);

export const SELECTOR_FUNCTIONS = words(
  'not is where nth-child nth-last-child nth-of-type nth-last-of-type lang',
);

/** Features of `@media` that cannot depend on the frame's height or on the colours around it. */
export const MEDIA_WORDS = words(`
  all screen only and not or width min-width max-width device-width min-device-width max-device-width
  -webkit-device-pixel-ratio -webkit-min-device-pixel-ratio min-resolution max-resolution resolution hover none pointer
`);
