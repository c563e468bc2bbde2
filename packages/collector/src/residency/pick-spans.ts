import { fieldTag, ProtobufReader, WIRE_BYTES } from '../otlp/protobuf-reader.ts';
import { varint } from '../otlp/protobuf-writer.ts';
import type { OtlpFormat } from '../otlp/traces.ts';

/** Says of the span with these ids, in lower-case hex as they were sent, whether it is wanted. */
type IsWanted = (traceId: string, spanId: string) => boolean;

/** A request with some of its spans, in their order, each under its own resource and scope. The body must have been decoded before. */
export function pickSpans(body: Buffer, format: OtlpFormat, isWanted: IsWanted): Buffer {
  return format === 'json'
    ? pickJson(body, isWanted)
    : (pickProtobuf(new ProtobufReader(body), 0, isWanted) ?? Buffer.alloc(0));
}

/** The field that leads one level down: `resource_spans`, then `scope_spans`, then `spans`. */
const NESTED = [fieldTag(1, WIRE_BYTES), fieldTag(2, WIRE_BYTES), fieldTag(2, WIRE_BYTES)] as const;

/** The message the reader is in; `undefined` when no span of it is wanted. */
function pickProtobuf(reader: ProtobufReader, depth: number, isWanted: IsWanted): Buffer | undefined {
  const pieces: Buffer[] = [];
  let isEmpty = true;
  while (reader.at < reader.end) {
    const from = reader.at;
    const tag = reader.tag();
    if (tag !== NESTED[depth]) {
      reader.skip(tag);
      pieces.push(reader.buffer.subarray(from, reader.at));
      continue;
    }
    const outer = reader.enter();
    const end = reader.end;
    const isSpan = depth === NESTED.length - 1;
    const at = reader.at;
    const inner = isSpan
      ? isWanted(...idsOf(reader))
        ? reader.buffer.subarray(at, end)
        : undefined
      : pickProtobuf(reader, depth + 1, isWanted);
    reader.at = end;
    reader.end = outer;
    if (inner === undefined) continue;
    isEmpty = false;
    pieces.push(varint(tag), varint(inner.length), inner);
  }
  return isEmpty ? undefined : Buffer.concat(pieces);
}

const TRACE_ID = fieldTag(1, WIRE_BYTES);
const SPAN_ID = fieldTag(2, WIRE_BYTES);

function idsOf(reader: ProtobufReader): [traceId: string, spanId: string] {
  let [traceId, spanId] = ['', ''];
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag !== TRACE_ID && tag !== SPAN_ID) {
      reader.skip(tag);
      continue;
    }
    const end = reader.boundary();
    const id = reader.buffer.toString('hex', reader.at, end);
    reader.at = end;
    if (tag === TRACE_ID) traceId = id;
    else spanId = id;
  }
  return [traceId, spanId];
}

/** `JSON.rawJSON` and the source of a value (ECMAScript 2026), which the types do not know yet. */
interface RawJson {
  rawJSON(text: string): object;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
}
const json = JSON as unknown as RawJson;

type Level = Readonly<Record<string, unknown>>;

function pickJson(body: Buffer, isWanted: IsWanted): Buffer {
  const request = json.parse(body.toString('utf8'), (_, value, { source }) =>
    typeof value === 'number' && source !== undefined ? json.rawJSON(source) : value,
  ) as Level;
  const resourceSpans = listOf(request, 'resourceSpans', 'resource_spans').flatMap((resource) => {
    const scopeSpans = listOf(resource, 'scopeSpans', 'scope_spans').flatMap((scope) => {
      const spans = listOf(scope, 'spans', 'spans').filter((span) =>
        isWanted(idOf(span, 'traceId', 'trace_id'), idOf(span, 'spanId', 'span_id')),
      );
      return spans.length === 0 ? [] : [without(scope, { spans })];
    });
    return scopeSpans.length === 0 ? [] : [without(resource, { scopeSpans }, 'scope_spans')];
  });
  return Buffer.from(JSON.stringify({ resourceSpans }), 'utf8');
}

function idOf(span: Level, name: string, other: string): string {
  return String(span[name] ?? span[other] ?? '').toLowerCase();
}

function listOf(level: Level, name: string, other: string): readonly Level[] {
  const list = level[name] ?? level[other];
  return Array.isArray(list) ? (list as Level[]) : [];
}

function without(level: Level, replaced: Level, other = ''): Level {
  const { [other]: _, ...rest } = level;
  return { ...rest, ...replaced };
}
