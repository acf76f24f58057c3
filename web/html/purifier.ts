/**
 * A DOMPurify that works in a realm cut off from the page. Documents of the page's own DOMParser share the page's
 * policy: under `style-src 'self'` Chromium reports every style attribute of every mail to the console, though
 * nothing is ever applied. The parser of a frame that is gone has nobody to report to, nothing to load and nothing to run.
 */
import createPurifier, { type DOMPurify, type WindowLike } from 'dompurify';

/** What DOMPurify needs of a window, with the parser that is cut off. Call it once: it makes a Trusted Types policy. */
export function createMailPurifier(): DOMPurify {
  const { DocumentFragment, HTMLTemplateElement, Node, Element, NodeFilter, NamedNodeMap, HTMLFormElement } =
    window;
  const { trustedTypes } = window as Pick<WindowLike, 'trustedTypes'>;
  return createPurifier({
    DocumentFragment,
    HTMLTemplateElement,
    Node,
    Element,
    NodeFilter,
    NamedNodeMap,
    HTMLFormElement,
    DOMParser: quietParser(),
    document,
    trustedTypes,
  });
}

function quietParser(): typeof DOMParser {
  const frame = document.createElement('iframe');
  document.documentElement.append(frame);
  const realm = frame.contentWindow as (Window & typeof globalThis) | null;
  const parser = realm === null ? new DOMParser() : new realm.DOMParser();
  frame.remove();
  return class implements DOMParser {
    parseFromString(text: string, type: DOMParserSupportedType): Document {
      return parser.parseFromString(text, type);
    }
  };
}
