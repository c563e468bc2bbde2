// An application that sets up its own SDK while it starts, and prints the spans that reach it.
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import OpenAI from 'openai';

const exporter = new InMemorySpanExporter();
const processor = new SimpleSpanProcessor({ exporter });
const sdk = new NodeSDK({ spanProcessors: [processor], metricReaders: [], logRecordProcessors: [] });
sdk.start();
const openai = new OpenAI({ apiKey: 'k', baseURL: `${process.env['PROVIDER_URL']}/v1`, maxRetries: 0 });
await openai.chat.completions.create({ model: 'gpt-5', messages: [] });
await processor.forceFlush();
process.stdout.write(`${JSON.stringify(exporter.getFinishedSpans().map((span) => span.name))}\n`);
await sdk.shutdown();
