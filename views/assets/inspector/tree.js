/**
 * A drawing that is no markup yet: Node prints it, a browser builds it, and neither can be told markup by a token.
 *
 * @typedef {{ tag: string, attributes: Record<string, string>, children: Drawn[] }} Element
 * @typedef {string | Element} Drawn
 */

/**
 * @param {string} tag a name of ours, never of a token
 * @param {Record<string, string>} attributes likewise
 * @param {(Drawn | undefined)[]} children
 * @returns {Element}
 */
export function el(tag, attributes, ...children) {
  return { tag, attributes, children: children.filter((child) => child !== undefined) };
}

/**
 * Builds it in a page.
 * @param {Drawn} drawn
 * @param {Document} page
 * @returns {Node}
 */
export function build(drawn, page) {
  if (typeof drawn === 'string') return page.createTextNode(drawn);
  const element = page.createElement(drawn.tag);
  for (const [name, value] of Object.entries(drawn.attributes)) element.setAttribute(name, value);
  element.append(...drawn.children.map((child) => build(child, page)));
  return element;
}
