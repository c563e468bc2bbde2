import { type Child, h } from './dom.ts';
import { stateLink } from './navigation.ts';
import {
  DIMENSIONS,
  type Dimension,
  FILTERS,
  MEASURES,
  type Measure,
  type PageState,
  RANGES,
  type Range,
  withoutCall,
  withoutFilter,
} from './page-state.ts';
import { STATUS_NAMES } from './status-names.ts';

const RANGE_NAMES: Readonly<Record<Range, string>> = { '1h': '1h', '24h': '24h', '7d': '7d', '30d': '30d', all: 'All' };
const RANGE_TITLES: Readonly<Record<Range, string>> = {
  '1h': 'The last hour',
  '24h': 'The last 24 hours',
  '7d': 'The last 7 days',
  '30d': 'The last 30 days',
  all: 'Since the first call',
};
const MEASURE_NAMES: Readonly<Record<Measure, string>> = { spend: 'Spend', tokens: 'Tokens', calls: 'Calls' };
const DIMENSION_NAMES: Readonly<Record<Dimension, string>> = {
  feature: 'Feature',
  model: 'Model',
  team: 'Team',
  customer: 'Customer',
};

export function rangePicker(state: PageState): HTMLElement {
  return segments(
    'Time range',
    RANGES.map((range) => ({
      isCurrent: range === state.range,
      link: (attributes) =>
        stateLink(
          state,
          (now) => ({ ...withoutCall(now), range }),
          { ...attributes, title: RANGE_TITLES[range] },
          RANGE_NAMES[range],
        ),
    })),
  );
}

/** Title and pickers of the chart. They show a choice at once, before its data is there. */
export function chartHead(state: PageState): Child[] {
  return [
    h('h2', {}, `${MEASURE_NAMES[state.show]} over time`),
    h('div', { class: 'card-tools' }, measurePicker(state), dimensionPicker(state)),
  ];
}

function measurePicker(state: PageState): HTMLElement {
  return segments(
    'What the bars show',
    MEASURES.map((show) => ({
      isCurrent: show === state.show,
      link: (attributes) => stateLink(state, (now) => ({ ...now, show }), attributes, MEASURE_NAMES[show]),
    })),
  );
}

/** Dimensions that are filtered to one value are left out: bars of one colour say nothing. */
function dimensionPicker(state: PageState): HTMLElement {
  return segments(
    'What the bars are made of',
    DIMENSIONS.filter((by) => state.filters[by] === undefined || by === state.by).map((by) => ({
      isCurrent: by === state.by,
      link: (attributes) => stateLink(state, (now) => ({ ...now, by }), attributes, DIMENSION_NAMES[by]),
    })),
  );
}

/** The filters as chips, each with a way to take it off. */
export function filterChips(state: PageState): Child[] {
  return FILTERS.flatMap((filter) => {
    const value = state.filters[filter];
    if (value === undefined) return [];
    return [
      h(
        'span',
        { class: 'chip' },
        h('span', { class: 'chip-name' }, filter === 'status' ? 'Cost' : DIMENSION_NAMES[filter]),
        h('span', { class: 'chip-value' }, filter === 'status' ? (STATUS_NAMES[value] ?? value) : value),
        stateLink(
          state,
          (now) => withoutFilter(now, filter),
          {
            class: 'chip-off',
            'aria-label': `Remove the filter ${filter} ${value}`,
            'data-key': `off-${filter}`,
          },
          '×',
        ),
      ),
    ];
  });
}

interface Segment {
  readonly isCurrent: boolean;
  link(attributes: Readonly<Record<string, string | undefined>>): HTMLAnchorElement;
}

function segments(label: string, entries: readonly Segment[]): HTMLElement {
  return h(
    'nav',
    { class: 'segments', 'aria-label': label },
    ...entries.map((entry, index) =>
      entry.link({ 'aria-current': entry.isCurrent ? 'true' : undefined, 'data-key': `${label}-${index}` }),
    ),
  );
}
