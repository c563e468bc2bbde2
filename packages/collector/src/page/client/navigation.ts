import { type Attributes, type Child, h } from './dom.ts';
import { type PageState, searchFromState, stateFromSearch } from './page-state.ts';

export type StateChange = (state: PageState) => PageState;

/**
 * A link to another state of the page. It can be opened in a tab of its own. A plain click stays on the page and changes
 * the state it has by then: two quick clicks are two changes, also while the first one is still being loaded.
 */
export function stateLink(
  state: PageState,
  change: StateChange,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLAnchorElement {
  const link = h('a', { ...attributes, href: searchFromState(change(state)) }, ...children);
  changes.set(link, change);
  return link;
}

const changes = new WeakMap<Element, StateChange>();

/** Takes over plain clicks on state links. `onNavigate` is told after the URL has changed, also by the back button. */
export function followStateLinks(onNavigate: () => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const change = link === null ? undefined : changes.get(link);
    if (change === undefined || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(change(stateFromSearch(location.search)), onNavigate);
  });
  window.addEventListener('popstate', onNavigate);
}

export function goTo(state: PageState, onNavigate: () => void): void {
  history.pushState(null, '', searchFromState(state));
  onNavigate();
}
