/** One query for a metric inside an expression: `sum:name{scope} by {tags}.as_count()`. */
export interface MetricQuery {
  readonly aggregator: string;
  readonly metric: string;
  /** `$variables` and `key:value` pairs, as written; `*` alone is everything. */
  readonly scope: readonly string[];
  readonly by: readonly string[];
  /** Names of what follows with a dot: `as_count`, `rollup`. */
  readonly methods: readonly string[];
}

export interface MetricExpression {
  readonly queries: readonly MetricQuery[];
  /** Functions around them with the text of their other arguments: `anomalies`, `default_zero`. */
  readonly functions: readonly { readonly name: string; readonly args: readonly string[] }[];
  /** Names that are neither: references in formulas. */
  readonly names: readonly string[];
}

const AGGREGATORS = /^(avg|sum|min|max|count|p50|p75|p90|p95|p99)$/;

/**
 * Reads what Datadog calls a metric query: arithmetic over metric queries, names, numbers and functions. Datadog has no
 * endpoint that checks the queries of a dashboard, and shows an empty panel.
 * @throws ExpressionError with the place of the mistake.
 */
export function parseExpression(text: string): MetricExpression {
  const parser = new Parser(text);
  parser.expression();
  parser.end();
  return parser.found;
}

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

class Parser {
  readonly found = {
    queries: [] as MetricQuery[],
    functions: [] as { name: string; args: readonly string[] }[],
    names: [] as string[],
  };
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  expression(): void {
    this.#term();
    while (this.#take(/[-+*/]/y) !== undefined) this.#term();
  }

  end(): void {
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('unexpected text');
  }

  #term(): void {
    if (this.#take(/\(/y) !== undefined) {
      this.expression();
      this.#need(/\)/y, '")"');
      return;
    }
    if (this.#take(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy) !== undefined) return;
    const word = this.#take(/[A-Za-z_][\w.]*/y);
    if (word === undefined) this.#fail('a metric query, a function, a name or a number is missing');
    if (this.#take(/:/y) !== undefined) this.#metric(word as string);
    else if (this.#take(/\(/y) !== undefined) this.#function(word as string);
    else this.found.names.push(word as string);
  }

  #metric(aggregator: string): void {
    if (!AGGREGATORS.test(aggregator)) this.#fail(`"${aggregator}" is no aggregator`);
    const metric = this.#need(/[A-Za-z][\w.]*/y, 'the name of a metric');
    this.#need(/\{/y, '"{"');
    const scope = this.#need(/[^{}]+/y, 'a scope; "*" is everything');
    this.#need(/\}/y, '"}"');
    const by = this.#take(/by\s*\{/y) === undefined ? [] : splitList(this.#need(/[^{}]*/y, 'tags'));
    if (by.length > 0 || this.#text[this.#at] === '}') this.#need(/\}/y, '"}"');
    const methods: string[] = [];
    while (this.#take(/\./y) !== undefined) {
      methods.push(this.#need(/[a-z_]+/y, 'a method'));
      this.#need(/\(/y, '"("');
      this.#need(/[^()]*/y, 'arguments');
      this.#need(/\)/y, '")"');
    }
    const items = splitList(scope);
    for (const item of items) {
      if (!/^(\*|!?\$[\w.]+|!?[\w.$-]+:[^\s:{}][^\s{}]*)$/.test(item)) this.#fail(`"${item}" is no scope`);
    }
    for (const tag of by) if (!/^[a-z][\w.-]*$/.test(tag)) this.#fail(`"${tag}" is no tag key`);
    this.found.queries.push({ aggregator, metric, scope: items, by, methods });
  }

  #function(name: string): void {
    const args: string[] = [];
    this.expression();
    while (this.#take(/,/y) !== undefined) {
      args.push(this.#need(/'[^']*'|"[^"]*"|[a-z_]+='[^']*'|[a-z_]+=[\w.]+|-?[\w.]+/y, 'an argument'));
    }
    this.#need(/\)/y, '")"');
    this.found.functions.push({ name, args });
  }

  #need(pattern: RegExp, what: string): string {
    return this.#take(pattern) ?? this.#fail(`${what} is missing`);
  }

  #take(pattern: RegExp): string | undefined {
    this.#blank();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  #blank(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }

  #fail(what: string): never {
    throw new ExpressionError(`${what}, at character ${this.#at + 1} of "${this.#text}"`);
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
