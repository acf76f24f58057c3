/** Elements and attributes of HTML that mail needs for text, tables and pictures. Nothing that runs, asks or embeds. */

export const ELEMENTS: string[] =
  'a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr'.split(
    ' ',
  );

/** URLs among them (href, src, srcset, lowsrc, background) are judged one by one afterwards. */
export const ATTRIBUTES: string[] =
  'abbr align alt aria-hidden aria-label background bgcolor border cellpadding cellspacing class color colspan datetime dir face headers height href hspace id lang lowsrc name noshade nowrap reversed role rowspan rules scope size span src srcset start style text title type valign value vspace width'.split(
    ' ',
  );

/** Elements that are taken out and would have fetched something. */
export const LOADING_ELEMENTS: ReadonlySet<string> = new Set(
  'audio bgsound embed frame iframe image input link object portal source track video'.split(' '),
);

/** Roles that describe text; others would promise controls that are not there. */
export const ROLES: ReadonlySet<string> = new Set(
  'presentation none img heading list listitem table row cell rowheader columnheader article region note'.split(
    ' ',
  ),
);
