import { EVALUATIONS, type Evaluation, type Simulated, type SimulatedEvaluation } from '@costspan/quota';
import { formatMoney } from '@costspan/usage';
import { printable, textTable } from '../text-table.ts';

const BUCKETS_SHOWN = 20;
const SAMPLES_SHOWN = 5;

/** As JSON, with money as decimal text. */
export function simulationJson(simulated: Simulated, evaluation: Evaluation): object {
  const of = ({ blocked, blockedCost, warned, audited, byRule, byBucket, samples }: SimulatedEvaluation) => ({
    blocked,
    blocked_cost: formatMoney(blockedCost),
    warned,
    audited,
    by_rule: byRule,
    by_bucket: byBucket,
    samples: samples.map(({ id, atMs, ruleId }) => ({ id, at: new Date(atMs).toISOString(), rule_id: ruleId })),
  });
  return { calls: simulated.calls, evaluation, all: of(simulated.all), first: of(simulated.first) };
}

/** Both evaluations side by side, then who would have been refused in the file's own. */
export function formatSimulation(simulated: Simulated, evaluation: Evaluation): string {
  const { calls } = simulated;
  if (calls === 0) return 'no calls in this time; nothing would have been refused';
  const summary = textTable<Evaluation>(
    [
      { title: 'evaluation', align: 'left', cell: (mode) => (mode === evaluation ? `${mode} (the file’s)` : mode) },
      { title: 'calls', align: 'right', cell: () => calls.toLocaleString('en-US') },
      { title: 'refused', align: 'right', cell: (mode) => simulated[mode].blocked.toLocaleString('en-US') },
      { title: 'share', align: 'right', cell: (mode) => `${((simulated[mode].blocked / calls) * 100).toFixed(2)} %` },
      { title: 'their cost', align: 'right', cell: (mode) => `${formatMoney(simulated[mode].blockedCost)} USD` },
      { title: 'warned', align: 'right', cell: (mode) => simulated[mode].warned.toLocaleString('en-US') },
      { title: 'audit would refuse', align: 'right', cell: (mode) => simulated[mode].audited.toLocaleString('en-US') },
    ],
    EVALUATIONS,
  );
  const { byBucket, samples } = simulated[evaluation];
  const buckets = Object.entries(byBucket).sort(([, a], [, b]) => b - a);
  if (buckets.length === 0) return summary;
  const who = textTable<[string, number]>(
    [
      { title: 'rule', align: 'left', cell: ([key]) => printable(key.split('|')[0] ?? '') },
      { title: 'for', align: 'left', cell: ([key]) => printable(key.split('|').slice(1).join(' · ')) || 'everybody' },
      { title: 'refused', align: 'right', cell: ([, count]) => count.toLocaleString('en-US') },
    ],
    buckets.slice(0, BUCKETS_SHOWN),
  );
  const hidden = buckets.length - BUCKETS_SHOWN;
  return [
    summary,
    '',
    who,
    ...(hidden > 0 ? [`(${hidden} more, with --json)`] : []),
    '',
    'First refusals',
    ...samples
      .slice(0, SAMPLES_SHOWN)
      .map(({ id, atMs, ruleId }) => `  ${new Date(atMs).toISOString()}  ${ruleId}  ${printable(id)}`),
  ].join('\n');
}
