import type { DriversAnswer } from '@costspan/collector';
import { type Column, textTable } from '../text-table.ts';
import { changeText, metricText } from './metric-text.ts';

type Effects = DriversAnswer['effects'];
type Period = DriversAnswer['before'];
type GroupChange = DriversAnswer['groups'][number];

/** What each driver is, in a word or two more than its name. */
const WORDS: Readonly<Record<keyof Effects, string>> = {
  new_groups: 'groups that were not there before',
  gone_groups: 'groups that are there no more',
  volume: 'more or fewer calls',
  mix: 'calls that moved between groups',
  input_tokens: 'longer or shorter prompts',
  output_tokens: 'longer or shorter answers',
  cache_share: 'more or less from the cache',
  price: 'prices',
  other: 'what is not charged by the token',
};

/** Both periods, what each driver did, and the groups with what moved each most. The effects add up to the change exactly. */
export function formatDrivers(answer: DriversAnswer, places?: number): string {
  const money = (text: string) => metricText('cost', text, places);
  const { before, after } = answer;
  const drivers = Object.entries(answer.effects).filter(([, effect]) => effect !== '0');
  const names = Object.keys(answer.groups[0]?.group ?? {});
  const unpriced = before.unpriced_calls + after.unpriced_calls;
  return [
    textTable<readonly [string, Period]>(
      [
        { title: 'period', align: 'left', cell: ([name]) => name },
        { title: 'from', align: 'left', cell: ([, period]) => period.from },
        { title: 'to', align: 'left', cell: ([, period]) => period.to },
        { title: 'calls', align: 'right', cell: ([, period]) => metricText('calls', period.calls) },
        { title: 'cost_usd', align: 'right', cell: ([, period]) => money(period.cost) },
      ],
      [
        ['before', before],
        ['after', after],
      ],
    ),
    '',
    textTable<readonly [string, string]>(
      [
        { title: 'driver', align: 'left', cell: ([name]) => name },
        { title: 'change_usd', align: 'right', cell: ([, effect]) => signed(money(effect)) },
        { title: '', align: 'left', cell: ([name]) => (name in WORDS ? WORDS[name as keyof Effects] : '') },
      ],
      [...drivers, ['total', answer.change]],
    ),
    '',
    textTable<GroupChange>(
      [
        ...names.map(
          (name): Column<GroupChange> => ({ title: name, align: 'left', cell: ({ group }) => group[name] ?? '' }),
        ),
        { title: 'before', align: 'right', cell: (row) => money(row.before) },
        { title: 'after', align: 'right', cell: (row) => money(row.after) },
        { title: 'change', align: 'right', cell: (row) => changeText(row.before, row.after) },
        { title: 'most by', align: 'left', cell: (row) => mostBy(row.effects, money) },
      ],
      answer.groups,
    ),
    ...(unpriced === 0
      ? []
      : [`! ${unpriced.toLocaleString('en-US')} calls have no known cost and are in neither period.`]),
  ].join('\n');
}

function mostBy(effects: Effects, money: (text: string) => string): string {
  const [most] = Object.entries(effects).sort(([, a], [, b]) => Math.abs(Number(b)) - Math.abs(Number(a)));
  return most === undefined || Number(most[1]) === 0 ? '–' : `${most[0]} ${signed(money(most[1]))}`;
}

function signed(text: string): string {
  return /^[-–]/.test(text) || Number(text) === 0 ? text : `+${text}`;
}
