import { isNode, LineCounter, parseDocument } from 'yaml';

type Fields = { readonly [name: string]: unknown };

/** One pipeline as it is written. */
export interface CollectorPipeline {
  readonly name: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** A configuration of the OpenTelemetry Collector, as far as money goes through it. */
export interface CollectorFile {
  readonly pipelines: readonly CollectorPipeline[];
  /** What a section says of a component; `undefined` where it does not define it, `{}` where it says nothing of it. */
  settings(section: string, component: string): Fields | undefined;
  /** The line, from 1, of a path; that of the nearest parent when it is absent. */
  lineOf(...path: readonly (string | number)[]): number;
}

/** The file, or the mistakes of its text. */
export function readCollectorFile(
  text: string,
): CollectorFile | readonly { readonly line: number; readonly message: string }[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return document.errors.map(({ message, pos }) => ({ line: lines.linePos(pos[0]).line, message }));
  }
  const all = fieldsOf(document.toJS());
  const pipelines = fieldsOf(fieldsOf(all['service'])['pipelines']);
  return {
    pipelines: Object.entries(pipelines).map(([name, value]) => {
      const { receivers, processors, exporters } = fieldsOf(value);
      return { name, receivers: namesOf(receivers), processors: namesOf(processors), exporters: namesOf(exporters) };
    }),
    settings: (section, component) => {
      const defined = fieldsOf(all[section]);
      return Object.hasOwn(defined, component) ? fieldsOf(defined[component]) : undefined;
    },
    lineOf: (...path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      }
      return 1;
    },
  };
}

/** `batch` of `batch/2`: what kind of component a name is. */
export function kindOf(component: string): string {
  return component.split('/')[0] as string;
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
