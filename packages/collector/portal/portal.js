// The report of one customer. The key comes after # in the address (which no server sees) or by hand, and stays in this tab.
const KEY = 'costspan-portal-key';
const SVG = 'http://www.w3.org/2000/svg';
const at = (id) => document.getElementById(id);

if (location.hash.length > 1) {
  sessionStorage.setItem(KEY, decodeURIComponent(location.hash.slice(1)));
  history.replaceState(null, '', location.pathname);
}
at('period').addEventListener('change', show);
at('leave').addEventListener('click', () => {
  sessionStorage.removeItem(KEY);
  location.reload();
});
at('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, at('key').value.trim());
  at('key').value = '';
  show();
});
show();

async function show() {
  const key = sessionStorage.getItem(KEY);
  at('enter').hidden = key !== null;
  at('leave').hidden = key === null;
  if (key === null) return;
  say('Loading …');
  try {
    const report = await ask(key);
    at('report').hidden = false;
    say('');
    draw(report);
  } catch (error) {
    at('report').hidden = true;
    say(error.message);
  }
}

async function ask(key) {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const now = new Date();
  const month = now.getMonth() + Number(at('period').value);
  const range = {
    from: new Date(now.getFullYear(), month, 1).toISOString(),
    to: new Date(now.getFullYear(), month + 1, 1).toISOString(),
    timezone,
  };
  const answer = await fetch(`/api/v1/portal/report?${new URLSearchParams(range)}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  if (answer.status === 401) throw new Error('This key is not in force (any more). Ask for a new one.');
  if (answer.status === 429) throw new Error('Too many requests. Try again in a minute.');
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.errors?.[0]?.message ?? body.detail);
  return body;
}

function draw(report) {
  at('customer').textContent = report.customer_id;
  document.title = `Usage of ${report.customer_id}`;
  const { total } = report;
  at('figures').replaceChildren(
    figure('Spend', money(total.cost)),
    figure('Calls', count(total.calls)),
    figure('Input tokens', count(total.input_tokens)),
    figure('Output tokens', count(total.output_tokens)),
  );
  at('days').replaceChildren(bars(report));
  at('models').replaceChildren(table('Model', 'model', report.models));
  at('features').replaceChildren(table('Feature', 'feature_name', report.features));
  at('quotas').replaceChildren(...report.quotas.map(quota));
  at('quotas-section').hidden = report.quotas.length === 0;
  const unpriced =
    report.unpriced_calls === 0 ? '' : ` ${count(report.unpriced_calls)} calls have no known cost and are in no sum.`;
  at('complete').textContent = `Complete to ${new Date(report.complete_to).toLocaleString()}.${unpriced}`;
}

function figure(name, value) {
  return element('div', { className: 'figure' }, [
    element('p', { className: 'hint', textContent: name }),
    element('p', { className: 'value', textContent: value }),
  ]);
}

/** Heights are drawn, so doubles will do for them; every number that is written is the exact one. */
function bars({ days, timezone }) {
  const width = 720;
  const height = 150;
  const floor = height - 20;
  const step = width / Math.max(days.length, 1);
  const highest = Math.max(...days.map(({ cost }) => Number(cost ?? 0)), Number.MIN_VALUE);
  const dayOf = (time) =>
    new Date(time).toLocaleDateString(undefined, { timeZone: timezone, month: 'short', day: 'numeric' });
  const chart = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Spend of each day' });
  chart.append(svg('line', { x1: 0, x2: width, y1: floor, y2: floor }));
  for (const [index, { time, cost }] of days.entries()) {
    const tall = (Number(cost ?? 0) / highest) * (floor - 8);
    const bar = svg('rect', { x: index * step + 1, y: floor - tall, width: Math.max(step - 2, 1), height: tall });
    bar.append(svg('title', {}, `${dayOf(time)}: ${money(cost)}`));
    chart.append(bar);
    if (index % 7 === 0) chart.append(svg('text', { x: index * step + 1, y: height - 5 }, dayOf(time)));
  }
  return chart;
}

function table(title, field, rows) {
  if (rows.length === 0) return element('p', { className: 'hint', textContent: 'Nothing in this period.' });
  const line = (tag, cells) =>
    element(
      'tr',
      {},
      cells.map((textContent) => element(tag, { textContent })),
    );
  return element('table', {}, [
    element('thead', {}, [line('th', [title, 'Spend', 'Calls', 'Tokens'])]),
    element(
      'tbody',
      {},
      rows.map((row) => {
        const tokens = Number(row.input_tokens ?? 0) + Number(row.output_tokens ?? 0);
        return line('td', [row[field] ?? '–', money(row.cost), count(row.calls), count(tokens)]);
      }),
    ),
  ]);
}

const UNITS = { requests: 'requests', tokens: 'tokens', cost: 'spend' };

function quota({ unit, per, limit, used, used_ratio: ratio, resets_at: resets }) {
  const text = (value) => (unit === 'cost' ? money(value) : count(value));
  const until = resets === null ? '' : ` · resets ${new Date(resets).toLocaleString()}`;
  const bar = element('progress', { max: 1, value: Math.min(ratio ?? 1, 1) });
  bar.setAttribute('aria-label', `${UNITS[unit] ?? unit} per ${per}`);
  return element('div', { className: (ratio ?? 1) >= 0.9 ? 'quota over' : 'quota' }, [
    element('p', {}, [
      element('span', { textContent: `${UNITS[unit] ?? unit} per ${per}` }),
      element('span', { textContent: `${text(used)} of ${text(limit)}${until}` }),
    ]),
    bar,
  ]);
}

/** Of a decimal text the first places after the point, rounded down; the API has all of them. */
function money(text) {
  if (text === null || text === undefined) return 'unknown';
  const [whole, digits = ''] = String(text).split('.');
  const sign = whole.startsWith('-') ? '−' : '';
  const grouped = BigInt(whole.replace('-', '')).toLocaleString();
  const separator = (1.1).toLocaleString().at(1);
  const small = whole.replace('-', '') === '0';
  return `${sign}$${grouped}${separator}${digits.slice(0, small ? 4 : 2).padEnd(2, '0')}`;
}

function count(value) {
  return value === null || value === undefined ? 'unknown' : Number(value).toLocaleString();
}

function say(text) {
  at('message').textContent = text;
  at('message').hidden = text === '';
}

function element(tag, properties, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function svg(tag, attributes, text = '') {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}
