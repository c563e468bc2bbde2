import { t } from '@grafana/i18n';
import { useFormats } from '../../app/use-formats.ts';
import { useWaitedS } from './use-waited.ts';

/** Says so when an answer takes long. The seconds are not read out: they change too often. */
export function Slow({ isWaiting }: { isWaiting: boolean }) {
  const formats = useFormats();
  const waitedS = useWaitedS(isWaiting);
  if (waitedS === 0) return null;
  return (
    <span role="status" aria-live="off" data-testid="data-testid slow">
      {t('slow', 'The usage API is slow: it has not answered for {{seconds}} seconds', {
        seconds: formats.count(waitedS),
      })}
    </span>
  );
}
