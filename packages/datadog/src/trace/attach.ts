import { channel } from 'node:diagnostics_channel';
import { baseBook, type PriceBook, priceCall } from '@costspan/pricing';
import { type CallRecord, settleTags, type TagChanges, type Tags } from '@costspan/usage';
import { DEFAULT_LABELS } from '../metrics/call-labels.ts';
import { CallMeter } from '../metrics/call-meter.ts';
import { chooseSink, type MetricWay } from '../metrics/choose-sink.ts';
import { type Answer, Answers } from './answers.ts';
import {
  ANSWERS,
  answerIn,
  type DdSpan,
  type DdTracer,
  isDdSpan,
  SPAN_FINISH,
  SPAN_START,
  startedSpan,
} from './dd-tracer.ts';
import { costTagsOf, llmObsCosts } from './llmobs-costs.ts';
import { OncePerCall } from './once-per-call.ts';
import { probeTracer } from './probe-tracer.ts';
import { mayBeCall, readCall } from './read-call.ts';
import { activeTags, baggageTags, propagateTags } from './tag-context.ts';
import { warnOnce } from './warn-once.ts';
import { writeCall } from './write-call.ts';

export interface AttachOptions {
  /** Prices; those that come with this package unless given. An object with a `book` may be reloaded. */
  readonly prices?: { readonly book: PriceBook };
  /** Tags of every call of this process, below all others. */
  readonly tags?: Tags;
  /** Tag keys that travel to other services in baggage, and are read from it. None unless given: nothing leaves. */
  readonly baggage?: readonly string[];
  /** `auto` takes the OpenTelemetry API where it is provided, else DogStatsD. */
  readonly metrics?: MetricWay;
  /** Most values of each metric label; `DEFAULT_LABELS` unless given. */
  readonly labels?: Readonly<Record<string, number>>;
  /**
   * Tags by which Datadog's own cost metrics are broken down where LLM Observability is on. They must be bounded: customers
   * are not among them unless named.
   */
  readonly costTags?: readonly string[];
  /** Told of every call, sampled or not. */
  readonly onCall?: (call: CallRecord) => void;
  /** Where a problem is said, once each; the process's warnings unless given. */
  readonly onWarning?: (message: string) => void;
}

export interface Attachment {
  /** What happened so far. */
  readonly figures: Readonly<Figures>;
  /** Stops reading spans. */
  detach(): void;
}

interface Figures {
  /** Calls that were priced and counted. */
  calls: number;
  unpriced: number;
  /** Spans of calls that another span was counted for. */
  covered: number;
  /** Steps of ours that failed; the spans are as the tracer made them. */
  failed: number;
}

const HEARTBEAT_MS = 60_000;

/**
 * Puts tags and costs on the finished LLM spans of dd-trace, and counts every call whether its trace is sampled or not.
 * Call it once, right after `tracer.init()` and before the provider SDKs are loaded. Never throws, never waits, patches
 * nothing; what it could not do it says once.
 */
export function attach(tracer: DdTracer, options: AttachOptions = {}): Attachment {
  const warn = warnOnce(options.onWarning);
  const figures: Figures = { calls: 0, unpriced: 0, covered: 0, failed: 0 };
  const prices = options.prices ?? { book: baseBook() };
  const answers = new Answers();
  const once = new OncePerCall();
  const tagsBySpan = new WeakMap<object, TagChanges>();
  const general: TagChanges = new Map(Object.entries(options.tags ?? {}));
  const meter = new CallMeter({
    labels: options.labels ?? DEFAULT_LABELS,
    sink: chooseSink(options.metrics ?? 'auto', tracer, warn),
    onCollision: (label, first, second) =>
      warn(
        `collision:${label}`,
        `costspan: Datadog cannot tell ${label} ${JSON.stringify(first.slice(0, 80))} from ${JSON.stringify(second.slice(0, 80))}; give them ids that differ in lower case`,
      ),
  });

  const guarded = (step: string, run: () => void): void => {
    try {
      run();
    } catch (cause) {
      figures.failed += 1;
      warn(`step:${step}`, `costspan: ${step} failed (${String(cause)}); the application is not affected`);
    }
  };
  const tagsOf = (span: DdSpan): Tags => {
    const own = tagsBySpan.get(span);
    return settleTags(own === undefined ? [general] : [general, own]).tags;
  };

  let isLast = false;
  const onStart = (message: unknown): void => {
    // The tracer's own subscribers write the names we read: they are there by now, and we go behind them.
    if (!isLast) {
      isLast = true;
      finishes.unsubscribe(onFinish);
      finishes.subscribe(onFinish);
    }
    guarded('reading tags', () => {
      const span = startedSpan(message);
      if (span === undefined) return;
      once.started(span);
      const brought = baggageTags();
      const set = activeTags();
      if (brought.size > 0 || set.size > 0) tagsBySpan.set(span, new Map([...brought, ...set]));
    });
  };

  const onFinish = (message: unknown): void =>
    guarded('pricing a span', () => {
      if (!isDdSpan(message) || !mayBeCall(message.context().getTags())) return;
      const read = readCall(message, tagsOf(message), answers.of(message), prices.book);
      if (read === undefined) return;
      if (!once.counts(message, read.call.operation)) {
        figures.covered += 1;
        return;
      }
      writeCall(message, read, isLlmObsOn(tracer));
      for (const { call, cost } of [read, ...read.parts]) {
        figures.calls += 1;
        if (cost.total === undefined) figures.unpriced += 1;
        meter.add(call, cost);
        options.onCall?.(call);
      }
    });

  const tellLlmObs = (span: DdSpan, answer: Answer): void => {
    if (!isLlmObsOn(tracer)) return;
    const tags = tagsOf(span);
    const metrics = llmObsCosts(costOfAnswer(span, answer, tags, prices.book));
    if (metrics === undefined) return;
    const costTags = costTagsOf(tags, options.costTags ?? DEFAULT_COST_TAGS);
    tracer.llmobs?.annotate(span, { metrics, tags, ...(costTags.length === 0 ? {} : { costTags }) });
  };

  const starts = channel(SPAN_START);
  const finishes = channel(SPAN_FINISH);
  const answering = ANSWERS.map(({ channel: name, bodyOf }) => ({
    channel: channel(name),
    listen: (message: unknown): void =>
      guarded('reading an answer', () => {
        const found = answerIn(message);
        if (found === undefined || found.span._duration !== undefined) return;
        const answer = answers.take(found.span, bodyOf(found.result));
        if (answer !== undefined) tellLlmObs(found.span, answer);
      }),
  }));
  starts.subscribe(onStart);
  finishes.subscribe(onFinish);
  for (const { channel: one, listen } of answering) one.subscribe(listen);
  const stopPropagation = propagateTags(tracer, options.baggage ?? [], warn);
  const heartbeat = setInterval(() => guarded('sending a heartbeat', () => meter.heartbeat()), HEARTBEAT_MS);
  heartbeat.unref();
  probeTracer(tracer, warn);

  return {
    figures,
    detach: () => {
      starts.unsubscribe(onStart);
      finishes.unsubscribe(onFinish);
      for (const { channel: one, listen } of answering) one.unsubscribe(listen);
      stopPropagation();
      clearInterval(heartbeat);
    },
  };
}

/** Bounded by their nature: a company has few of them. */
const DEFAULT_COST_TAGS = ['team', 'feature_name', 'business_unit', 'environment'];

function isLlmObsOn({ llmobs }: DdTracer): boolean {
  return llmobs?.enabled === true;
}

/** The same price as the finished span will have; its tags are not on it yet. */
function costOfAnswer(span: DdSpan, answer: Answer, tags: Tags, book: PriceBook): ReturnType<typeof priceCall> {
  const call: CallRecord = {
    traceId: span.context().toTraceId(true),
    spanId: span.context().toSpanId(true),
    startedAtUs: Math.round(span._startTime * 1000),
    durationUs: 0,
    provider: answer.provider,
    operation: 'chat',
    ...(answer.requestModel === undefined ? {} : { requestModel: answer.requestModel }),
    ...((answer.model ?? answer.responseModel) === undefined
      ? {}
      : { responseModel: (answer.model ?? answer.responseModel) as string }),
    usage: answer.usage,
    context: answer.context,
    outcome: 'ok',
    tags,
  };
  return priceCall(book, call, []);
}
