import { css } from '@emotion/css';

/** The name of a field that nobody needs to see. Grafana 12.4 passes on the `id` of a Combobox, but not its `aria-label`. */
export function HiddenLabel({ htmlFor, children }: { htmlFor: string; children: string }) {
  return (
    <label htmlFor={htmlFor} className={hidden}>
      {children}
    </label>
  );
}

const hidden = css({
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
});
