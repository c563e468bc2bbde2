import { fieldsOf, namesOf } from './collector-file.ts';

/** Attributes that a cost is worked out from, and those that say it. Of each family one that stands for it. */
const READ = ['gen_ai.usage.input_tokens', 'gen_ai.request.model', 'gen_ai.provider.name', 'costspan.tag.customer_id'];
const WRITTEN = ['costspan.cost.total_exact', 'costspan.cost.status', 'costspan.tag.customer_id'];

interface Dropped {
  /** Where in the settings of the processor it is said. */
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** What a processor takes off spans that somebody needs behind it: what the cost reads, or, behind the cost, what it wrote. */
export function droppedAttributes(
  component: string,
  settings: { readonly [key: string]: unknown },
  isCosted: boolean,
): Dropped[] {
  const needed = isCosted ? WRITTEN : READ;
  switch (component.split('/')[0]) {
    case 'attributes':
      return droppedByActions(settings['actions'], needed);
    case 'redaction':
      return droppedByRedaction(settings, needed);
    case 'transform':
      return droppedByStatements(settings['trace_statements'], needed);
    default:
      return [];
  }
}

function droppedByActions(actions: unknown, needed: readonly string[]): Dropped[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((action, at): Dropped[] => {
    const { key, pattern, action: kind } = fieldsOf(action);
    if (kind !== 'delete' && kind !== 'hash') return [];
    const name = needed.find((one) => one === key || (typeof pattern === 'string' && matches(pattern, one)));
    return name === undefined ? [] : [{ path: ['actions', at], name }];
  });
}

function droppedByRedaction(settings: { readonly [key: string]: unknown }, needed: readonly string[]): Dropped[] {
  if (settings['allow_all_keys'] === true) return [];
  const allowed = [...namesOf(settings['allowed_keys']), ...namesOf(settings['ignored_keys'])];
  const name = needed.find((one) => !allowed.includes(one));
  return name === undefined ? [] : [{ path: ['allowed_keys'], name }];
}

function droppedByStatements(statements: unknown, needed: readonly string[]): Dropped[] {
  if (!Array.isArray(statements)) return [];
  return statements.flatMap((entry, at): Dropped[] => {
    const grouped = fieldsOf(entry)['statements'];
    const list = typeof entry === 'string' ? [entry] : namesOf(grouped);
    return list.flatMap((statement, place): Dropped[] => {
      const name = droppedByStatement(statement, needed);
      const path = typeof entry === 'string' ? [at] : [at, 'statements', place];
      return name === undefined ? [] : [{ path: ['trace_statements', ...path], name }];
    });
  });
}

function droppedByStatement(statement: string, needed: readonly string[]): string | undefined {
  const [, editor, rest = ''] =
    /^\s*(delete_key|delete_matching_keys|keep_keys|keep_matching_keys)\((.*)$/s.exec(statement) ?? [];
  const texts = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] as string).replaceAll('\\\\', '\\'),
  );
  const [pattern = ''] = texts;
  switch (editor) {
    case 'delete_key':
      return needed.find((one) => texts.includes(one));
    case 'delete_matching_keys':
      return needed.find((one) => matches(pattern, one));
    case 'keep_keys':
      return needed.find((one) => !texts.includes(one));
    case 'keep_matching_keys':
      return needed.find((one) => !matches(pattern, one));
    default:
      return undefined;
  }
}

/** A pattern of the collector (RE2) that this language cannot read drops nothing that we know of. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return false;
  }
}
