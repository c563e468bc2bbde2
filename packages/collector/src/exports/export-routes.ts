import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { problem } from '../api/problem.ts';
import { formatInstantUs } from '../query/instants.ts';
import { formatExportCursor } from './export-cursor.ts';
import { type ExportPart, exportPart, exportParts } from './export-part.ts';
import { contentType, type ExportQuery, fileEnding, isFocus, isParquet, PART_CALLS_MAX } from './export-query.ts';
import type { ExportSource } from './export-source.ts';
import { parseExportQuery } from './parse-export-query.ts';
import { scopedExports } from './scoped-exports.ts';

/** Most parts and files that are made at a time; further ones are asked to come again. */
const RUNNING_MAX = 4;
const RETRY_AFTER_SECONDS = 1;

/**
 * `GET /usage/export`. With `limit` one part, whose headers say what is in it and where the next begins; without, all that is left as
 * one stream, of which a part is held at a time. A stream that could not be finished ends with a broken connection, never as if it
 * were whole.
 */
export function exportRoutes(source: ExportSource | undefined): Hono {
  const app = new Hono();
  let running = 0;
  const atDoor = async (answer: (done: () => void) => Promise<Response>): Promise<Response> => {
    if (running >= RUNNING_MAX)
      return problem(503, `${RUNNING_MAX} exports run already; ask again`, [], {
        'retry-after': String(RETRY_AFTER_SECONDS),
      });
    running += 1;
    let isDone = false;
    const done = (): void => {
      if (!isDone) running -= 1;
      isDone = true;
    };
    try {
      return await answer(done);
    } catch (error) {
      done();
      throw error;
    }
  };
  app.get('/usage/export', async (context) => {
    if (source === undefined) return problem(404, 'this ledger has no exports; they are made from one in DuckDB');
    const query = parseExportQuery(new URL(context.req.url).searchParams);
    const own = sourceFor(source, context);
    return atDoor(async (done) => {
      const newestUs = await own.newestUs();
      const asOfUs = Math.min(query.asOfUs ?? newestUs, newestUs);
      const { limit } = query;
      const startUs = query.startUs ?? query.fromUs;
      if (limit !== undefined || isParquet(query.format)) {
        const part = await exportPart(own, query, asOfUs, startUs, limit ?? PART_CALLS_MAX.parquet);
        return partAnswer(query, part, asOfUs, done);
      }
      return streamAnswer(query, exportParts(own, query, asOfUs, PART_CALLS_MAX.text), asOfUs, done);
    });
  });
  return app;
}

function sourceFor(source: ExportSource, context: Context): ExportSource {
  const customers = context.get('principal')?.customers;
  return customers === undefined ? source : scopedExports(source, customers);
}

async function partAnswer(query: ExportQuery, part: ExportPart, asOfUs: number, done: () => void): Promise<Response> {
  const { calls, rows, cost, unpricedCalls, nextUs, body } = part;
  const headers = {
    ...headersOf(query, asOfUs),
    'costspan-calls': String(calls),
    'costspan-rows': String(rows),
    'costspan-unpriced-calls': String(unpricedCalls),
    'costspan-cost-usd': cost,
    ...(nextUs === undefined ? {} : { 'costspan-next-cursor': formatExportCursor(query, { startUs: nextUs, asOfUs }) }),
  };
  if ('text' in body) {
    done();
    return new Response(body.text, { headers });
  }
  const { size } = await stat(body.file);
  const stream = createReadStream(body.file);
  stream.once('close', () => {
    done();
    void rm(body.file, { force: true });
  });
  return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
    headers: { ...headers, 'content-length': String(size) },
  });
}

function streamAnswer(
  query: ExportQuery,
  parts: AsyncGenerator<ExportPart>,
  asOfUs: number,
  done: () => void,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await parts.next();
        if (next.done === true) {
          done();
          controller.close();
        } else if ('text' in next.value.body) controller.enqueue(encoder.encode(next.value.body.text));
      } catch (error) {
        done();
        controller.error(error);
      }
    },
    async cancel() {
      done();
      await parts.return(undefined);
    },
  });
  return new Response(body, { headers: headersOf(query, asOfUs) });
}

function headersOf(query: ExportQuery, asOfUs: number): Record<string, string> {
  const name = isFocus(query.format) ? `focus-${query.version}` : 'calls';
  return {
    'content-type': contentType(query.format),
    'content-disposition': `attachment; filename="costspan-${name}.${fileEnding(query.format)}"`,
    'cache-control': 'no-store',
    'costspan-as-of': formatInstantUs(asOfUs),
  };
}
