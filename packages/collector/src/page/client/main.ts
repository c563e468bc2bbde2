import { ApiProblem, askCall, askCalls, type CallSummary, hasKey } from './api.ts';
import { callView } from './call-view.ts';
import { callsView } from './calls-view.ts';
import { chartHead, filterChips, rangePicker } from './controls.ts';
import { customersView } from './customers-view.ts';
import { byId, h, replaceContent } from './dom.ts';
import { formatClock } from './format-time.ts';
import { loadCalls, loadPage, type PageData } from './load-page.ts';
import { followStateLinks, goTo, stateLink } from './navigation.ts';
import { failure, firstCallGuide, nothingHere, staleNotice } from './notices.ts';
import { type PageState, type Range, searchFromState, stateFromSearch, withoutCall } from './page-state.ts';
import { createSeriesColours } from './series-colours.ts';
import { spendView } from './spend-view.ts';
import { totalsView } from './totals-view.ts';

/** How often the page looks again. Long ranges move slowly and cost more to sum. */
const REFRESH_MS: Readonly<Record<Range, number>> = {
  '1h': 5_000,
  '24h': 5_000,
  '7d': 15_000,
  '30d': 30_000,
  all: 30_000,
};
const RETRY_MS = 3_000;

const parts = {
  brand: byId('brand'),
  ranges: byId('ranges'),
  status: byId('status'),
  crumbs: byId('crumbs'),
  stale: byId('stale'),
  totals: byId('totals'),
  chart: byId('chart'),
  chartHead: byId('chart-head'),
  chartBody: byId('chart-body'),
  list: byId('list'),
  message: byId('message'),
  sheet: byId('sheet') as HTMLDialogElement,
  sheetBody: byId('sheet-body'),
};
const colourOf = createSeriesColours();

let state = stateFromSearch(location.search);
let data: PageData | undefined;
/** The state that `data` answers. It is behind `state` while a change is being loaded. */
let answered: PageState = state;
let problem: ApiProblem | undefined;
let isEmptyLedger = false;
let moreCalls: { readonly calls: readonly CallSummary[]; readonly cursor: string | null } | undefined;
let isLoadingMore = false;
let messageName = '';
let loading = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;

followStateLinks(onNavigate);
parts.sheet.addEventListener('close', () => {
  if (state.call !== undefined) goTo(withoutCall(state), onNavigate);
});
byId('sheet-close').addEventListener('click', () => parts.sheet.close());
parts.sheet.addEventListener('click', (event) => {
  if (event.target === parts.sheet) parts.sheet.close();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});
new ResizeObserver(() => drawChart()).observe(parts.chartBody);
drawControls();
void refresh();
void openCall();

/** The URL has changed. What belongs to the new state is loaded; the old picture stays, dimmed, until it is there. */
function onNavigate(): void {
  const before = state;
  state = stateFromSearch(location.search);
  drawControls();
  if (before.call !== state.call) void openCall();
  if (isSameQuestion(before, state)) draw();
  else {
    moreCalls = undefined;
    void refresh();
  }
}

/** Two states that need the same data: which call is open and how rows are sorted does not matter. */
function isSameQuestion(a: PageState, b: PageState): boolean {
  const plain = (one: PageState) => searchFromState({ ...withoutCall(one), sort: 'spend' });
  return plain(a) === plain(b);
}

async function refresh(): Promise<void> {
  loading.abort();
  clearTimeout(timer);
  const mine = new AbortController();
  loading = mine;
  const asked = state;
  document.body.toggleAttribute('data-loading', data === undefined || !isSameQuestion(asked, answered));
  try {
    const loaded = await loadPage(asked, Date.now(), mine.signal);
    const empty = Number(loaded.total['calls'] ?? 0) === 0 && (await hasNoCalls(mine.signal));
    if (mine.signal.aborted) return;
    data = loaded;
    answered = asked;
    problem = undefined;
    isEmptyLedger = empty;
  } catch (error) {
    if (mine.signal.aborted) return;
    problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'The page failed', String(error));
    if (!isSameQuestion(asked, answered)) data = undefined;
  }
  document.body.removeAttribute('data-loading');
  draw();
  // Only a key helps then; asking again would empty the field it is typed into.
  if (problem?.status === 401) return;
  // A hidden page asks nothing; it looks again when it is shown.
  timer = setTimeout(
    () => document.hidden || void refresh(),
    problem === undefined ? REFRESH_MS[asked.range] : RETRY_MS,
  );
}

async function hasNoCalls(signal: AbortSignal): Promise<boolean> {
  return (await askCalls({ limit: '1' }, signal)).calls.length === 0;
}

function drawControls(): void {
  replaceContent(
    parts.brand,
    stateLink(state, (now) => ({ ...withoutCall(now), filters: {} }), { class: 'brand-link' }, 'Costspan'),
  );
  replaceContent(parts.ranges, rangePicker(state));
  replaceContent(parts.chartHead, ...chartHead(state));
  replaceContent(parts.crumbs, ...filterChips(state));
  parts.crumbs.hidden = Object.keys(state.filters).length === 0;
  const { customer } = state.filters;
  document.title = customer === undefined ? 'Costspan' : `${customer} · Costspan`;
}

function draw(): void {
  drawStatus();
  const isShown = data !== undefined && Number(data.total['calls'] ?? 0) > 0;
  for (const part of [parts.totals, parts.chart, parts.list]) part.hidden = !isShown;
  parts.message.hidden = isShown;
  if (isShown) messageName = '';
  parts.stale.hidden = problem === undefined || data === undefined;
  if (problem !== undefined && data !== undefined) {
    replaceContent(parts.stale, ...staleNotice(problem, data.loadedAtMs, () => void refresh()));
  }
  if (data === undefined) {
    const shown = problem;
    if (shown !== undefined)
      drawMessage(`${shown.status} ${shown.message} ${hasKey()}`, () => failure(shown, () => void refresh()));
    return;
  }
  if (!isShown) {
    if (isEmptyLedger) drawMessage('first call', () => firstCallGuide(location.origin));
    else drawMessage(`nothing ${searchFromState(answered)}`, () => nothingHere(answered));
    return;
  }
  replaceContent(parts.totals, ...totalsView(data, answered));
  drawChart();
  drawList(data);
}

/** Draws a message once: a refresh that finds the same leaves alone what the visitor does in it. */
function drawMessage(name: string, make: () => HTMLElement): void {
  if (messageName === name) return;
  messageName = name;
  replaceContent(parts.message, make());
}

function drawChart(): void {
  if (data === undefined || parts.chart.hidden) return;
  replaceContent(parts.chartBody, ...spendView(data, answered, parts.chartBody.clientWidth, colourOf));
}

function drawList(shown: PageData): void {
  if (shown.customers !== undefined) {
    replaceContent(parts.list, ...customersView(shown.customers, shown.total, { ...answered, sort: state.sort }));
    return;
  }
  if (shown.calls === undefined) return;
  const first = shown.calls;
  const calls = withoutRepeats([...first.calls, ...(moreCalls?.calls ?? [])]);
  const cursor = moreCalls === undefined ? first.next_cursor : moreCalls.cursor;
  const onMore = cursor === null ? undefined : () => void showMore(shown, cursor);
  replaceContent(parts.list, ...callsView({ calls, onMore, isLoadingMore }, answered));
}

/** New calls push old ones from the first page onto pages that are already shown. */
function withoutRepeats(calls: readonly CallSummary[]): CallSummary[] {
  return [...new Map(calls.map((call) => [call.id, call])).values()];
}

async function showMore(shown: PageData, cursor: string): Promise<void> {
  const asked = state;
  isLoadingMore = true;
  drawList(shown);
  try {
    const page = await loadCalls(asked.filters, shown.window, cursor, new AbortController().signal);
    if (asked === state || searchFromState(withoutCall(asked)) === searchFromState(withoutCall(state))) {
      const known = moreCalls?.calls ?? shown.calls?.calls ?? [];
      moreCalls = { calls: [...known, ...page.calls], cursor: page.next_cursor };
    }
  } catch (error) {
    if (error instanceof ApiProblem) problem = error;
  } finally {
    isLoadingMore = false;
    draw();
  }
}

/** Opens or closes the sheet of one call, as the URL says. */
async function openCall(): Promise<void> {
  const { call: id } = state;
  if (id === undefined) {
    if (parts.sheet.open) parts.sheet.close();
    return;
  }
  replaceContent(parts.sheetBody, h('p', { class: 'muted' }, 'Loading …'));
  if (!parts.sheet.open) parts.sheet.showModal();
  try {
    const call = await askCall(id, new AbortController().signal);
    if (state.call === id) replaceContent(parts.sheetBody, ...callView(call));
  } catch (error) {
    const shown = error instanceof ApiProblem ? error : new ApiProblem(0, 'The page failed', String(error));
    if (state.call !== id) return;
    replaceContent(
      parts.sheetBody,
      h('p', { class: 'call-cost' }, shown.status === 404 ? 'No such call' : shown.message),
      h('p', { class: 'muted detail' }, shown.detail),
    );
  }
}

function drawStatus(): void {
  const [tone, words] =
    problem !== undefined
      ? (['warn', 'Not up to date'] as const)
      : (['live', `Updated ${formatClock(data?.loadedAtMs ?? Date.now())}`] as const);
  replaceContent(parts.status, h('i', { class: `dot ${tone}` }), h('span', {}, words));
}
