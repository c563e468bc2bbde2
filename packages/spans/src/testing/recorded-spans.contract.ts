import { readFileSync } from 'node:fs';
import type { AttributeValue, Scope, Span } from '../span.ts';
import { spanWith } from './dialect.contract.ts';

/** A span of `recorded/*.json`: what a package really emitted against a made provider, without content. */
interface RecordedSpan {
  readonly kind: number;
  readonly status: number;
  readonly scope: Scope;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The spans that the packages named in `recorded/<dialect>.json` emitted; only those recorded `with` these words in it. */
export function recordedSpans(dialect: string, within = ''): [Span, ...Span[]] {
  const text = readFileSync(new URL(`../dialects/recorded/${dialect}.json`, import.meta.url), 'utf8');
  const groups = JSON.parse(text) as { readonly with: string; readonly spans: readonly RecordedSpan[] }[];
  const spans = groups.flatMap((group) => (group.with.includes(within) ? group.spans.map(spanFrom) : []));
  if (spans.length === 0) throw new Error(`nothing was recorded for ${dialect} with ${within}`);
  return spans as [Span, ...Span[]];
}

function spanFrom({ kind, status, scope, spanId, parentSpanId, attributes }: RecordedSpan): Span {
  return spanWith(attributes, {
    kind,
    statusCode: status,
    scope,
    ...(spanId === undefined ? {} : { spanId }),
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
  });
}
