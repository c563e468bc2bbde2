// Every conformance vector as a span of dd-trace, priced by the book of its file: one attachment after the other.
import { createRequire } from 'node:module';
import { baseCards, compileBook, parseCardFile, parseFxFile } from '@costspan/pricing';

const { DD_MAJOR, AGENT } = process.env;
const require = createRequire(import.meta.url);
const tracer = require(`dd-trace-${DD_MAJOR}`);
const { attach } = await import('../../index.ts');
const { readVectorSpans } = await import('../vector-spans.ts');
tracer.init({ url: AGENT, flushInterval: 50, startupLogs: false, service: 'shop' });

const warnings = [];
const figures = { calls: 0, failed: 0 };
for (const { name, layers, fx, spans } of readVectorSpans()) {
  const files = layers.map((layer) => (layer === 'base' ? baseCards() : parseCardFile(layer, name)));
  const book = compileBook(files, { fx: fx === undefined ? undefined : parseFxFile(fx, name) });
  const attachment = attach(tracer, {
    prices: { book },
    metrics: 'off',
    onWarning: (message) => warnings.push(message),
  });
  for (const { atMs, attributes } of spans) {
    tracer.startSpan('chat', { startTime: atMs, tags: attributes }).finish(atMs + 1000);
  }
  figures.calls += attachment.figures.calls;
  figures.failed += attachment.figures.failed;
  attachment.detach();
}
process.send({ calls: [], warnings, figures });
process.on('message', () => process.exit(0));
