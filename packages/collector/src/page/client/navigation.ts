import { type Attributes, type Child, h } from './dom.ts';
import { type PageState, searchFromState } from './page-state.ts';

/** A link to another state of the page. It can be opened in a tab of its own; a plain click stays on the page. */
export function stateLink(state: PageState, attributes: Attributes, ...children: readonly Child[]): HTMLAnchorElement {
  return h('a', { ...attributes, href: searchFromState(state), 'data-state': true }, ...children);
}

/** Takes over plain clicks on state links. `onNavigate` is told after the URL has changed, also by the back button. */
export function followStateLinks(onNavigate: () => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-state]') : null;
    if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, '', link.getAttribute('href'));
    onNavigate();
  });
  window.addEventListener('popstate', onNavigate);
}

export function goTo(state: PageState, onNavigate: () => void): void {
  history.pushState(null, '', searchFromState(state));
  onNavigate();
}
