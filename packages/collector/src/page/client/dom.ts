/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Listener = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>;
export type Child = Node | string | undefined | false;

/**
 * An HTML element. Attributes named `on…` are listeners, `true` is an empty attribute, `false` and `undefined` are left
 * out. Children that are strings become text and nothing else: this is the only way by which data reaches the page.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

/** The element of the host page with this id. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new TypeError(`the page has no #${id}`);
  return element;
}

/**
 * Replaces what is inside `parent` and gives the focus back to the element that has the same `data-key` as before, so that
 * a refresh does not take the keyboard away.
 */
export function replaceContent(parent: Element, ...children: readonly Child[]): void {
  const focused = document.activeElement;
  const key = focused !== null && parent.contains(focused) ? focused.getAttribute('data-key') : null;
  parent.replaceChildren(...children.filter(isShown));
  if (key === null) return;
  for (const element of parent.querySelectorAll<HTMLElement>('[data-key]')) {
    if (element.dataset['key'] === key) element.focus({ preventScroll: true });
  }
}

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isShown));
}

function isShown(child: Child): child is Node | string {
  return child !== undefined && child !== false;
}
