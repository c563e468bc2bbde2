import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';

test('columns line up, numbers to the right, without trailing blanks', () => {
  const table = textTable<readonly [string, string]>(
    [
      { title: 'who', align: 'left', cell: ([who]) => who },
      { title: 'calls', align: 'right', cell: ([, calls]) => calls },
    ],
    [
      ['acme', '3'],
      ['globex corp', '12,000'],
    ],
  );
  expect(table).toBe('who           calls\nacme              3\nglobex corp  12,000');
});

test('a tag value cannot drive the terminal', () => {
  const table = textTable([{ title: 'who', align: 'left', cell: (who: string) => who }], ['\u001b[2Jacme\r\n']);
  expect(table).toBe('who\n·[2Jacme··');
});
