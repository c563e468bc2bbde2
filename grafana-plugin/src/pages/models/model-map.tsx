import { t } from '@grafana/i18n';
import type { AskedAnswer } from '../../answers/use-answer.ts';
import { numberIn, textIn, type UsageAnswer } from '../../api/usage-answer.ts';
import { OTHER } from '../../api/usage-question.ts';
import { useFormats } from '../../app/use-formats.ts';
import { BubbleChart } from '../../charts/bubble-chart.tsx';
import { Panel } from '../../components/panel.tsx';

/** Price against speed: cheap and fast is at the bottom left, and the size is what was spent. */
export function ModelMap({ answer, by }: { answer: AskedAnswer<UsageAnswer>; by: string }) {
  const formats = useFormats();
  return (
    <Panel
      title={t('models.map', 'Spend per call against duration')}
      description={t(
        'models.map-hint',
        'Each circle is one model; its size is its spend. Both axes are logarithmic. Bottom left is cheap and fast.',
      )}
      answer={answer}
      height={238}
      isEmpty={(data) => bubbles(data, by).length === 0}
    >
      {(data) => (
        <BubbleChart
          label={t('models.map', 'Spend per call against duration')}
          bubbles={bubbles(data, by).map((bubble) => ({
            ...bubble,
            title: `${bubble.key}: ${formats.money(String(bubble.cost))}, ${formats.millis(bubble.x)}`,
          }))}
          height={238}
          xText={formats.millis}
          yText={formats.shortMoney}
          xName={t('models.median-duration', 'median duration')}
          yName={t('models.spend-per-call', 'spend per call')}
        />
      )}
    </Panel>
  );
}

function bubbles({ rows }: UsageAnswer, by: string) {
  return rows.flatMap(({ now }) => {
    const [x, y, size] = [numberIn(now, 'duration_ms_p50'), numberIn(now, 'cost_per_call'), numberIn(now, 'cost')];
    const key = textIn(now, by);
    return key === OTHER || x === null || y === null || size === null || x <= 0 || y <= 0
      ? []
      : [{ key, x, y, size, cost: now['cost'] }];
  });
}
