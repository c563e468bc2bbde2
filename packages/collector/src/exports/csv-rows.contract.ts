/** RFC 4180, read by its grammar: records end with CRLF, a quoted cell may hold anything. `null` is a cell without quotes and text. */
export function csvRows(text: string, delimiter = ','): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    let cell: string | null = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] === undefined) throw new Error('a quoted cell does not end');
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else {
      while (text[at] !== delimiter && text[at] !== '\r' && at < text.length) {
        if (text[at] === '"' || text[at] === '\n') throw new Error(`a bare ${JSON.stringify(text[at])} at ${at}`);
        cell += text[at];
        at += 1;
      }
      if (cell === '') cell = null;
    }
    row.push(cell);
    if (text[at] === delimiter) at += 1;
    else if (text.slice(at, at + 2) === '\r\n') {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`neither a delimiter nor CRLF at ${at}`);
  }
  if (row.length > 0) throw new Error('the last record does not end');
  return rows;
}
