import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A node of a PromQL expression with the text it stands for. */
export interface PromNode {
  readonly name: string;
  readonly text: string;
  readonly children: readonly PromNode[];
  readonly parent: PromNode | undefined;
}

export interface Matcher {
  readonly label: string;
  readonly op: string;
  readonly value: string;
}

/** Grafana’s variables stand where PromQL wants a duration; these stand in for them while the parser reads. */
const STAND_INS: readonly (readonly [string, string])[] = [
  ['$__rate_interval', '1000001s'],
  ['$__range', '1000002s'],
  ['$__interval', '1000003s'],
];

/** Reads PromQL as Grafana holds it. The only file that knows the parser, Prometheus’ own. @returns `undefined` when it is none. */
export function parsePromql(expr: string): PromNode | undefined {
  const text = STAND_INS.reduce((read, [variable, duration]) => read.replaceAll(variable, duration), expr);
  const tree = parser.parse(text);
  let isBroken = text.trim() === '';
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) isBroken = true;
    },
  });
  return isBroken ? undefined : nodeOf(tree.topNode, text, undefined);
}

function nodeOf(node: SyntaxNode, text: string, parent: PromNode | undefined): PromNode {
  const children: PromNode[] = [];
  const made: PromNode = { name: node.name, text: original(text.slice(node.from, node.to)), children, parent };
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(nodeOf(child, text, made));
  return made;
}

function original(text: string): string {
  return STAND_INS.reduce((read, [variable, duration]) => read.replaceAll(duration, variable), text);
}

/** The node and everything below it, in the order they are written. */
function* walk(node: PromNode): Generator<PromNode> {
  yield node;
  for (const child of node.children) yield* walk(child);
}

export function all(node: PromNode, name: string): readonly PromNode[] {
  return [...walk(node)].filter((found) => found.name === name);
}

export function child(node: PromNode, ...names: readonly string[]): PromNode | undefined {
  return node.children.find(({ name }) => names.includes(name));
}

/** The name of the series that a selector chooses. */
export function seriesOf(selector: PromNode): string {
  return child(selector, 'Identifier')?.text ?? '';
}

export function matchersOf(selector: PromNode): readonly Matcher[] {
  return all(selector, 'UnquotedLabelMatcher').map((matcher) => ({
    label: child(matcher, 'LabelName')?.text ?? '',
    op: child(matcher, 'MatchOp')?.text ?? '',
    value: (child(matcher, 'StringLiteral')?.text ?? '""').slice(1, -1),
  }));
}

/** `rate`, `sum`, …: what a call or an aggregation does. */
export function operationOf(node: PromNode): string {
  return (child(node, 'FunctionIdentifier', 'AggregateOp')?.text ?? '').toLowerCase();
}

/** The expressions a call or an aggregation is given. */
export function argumentsOf(node: PromNode): readonly PromNode[] {
  return child(node, 'FunctionCallBody')?.children ?? [];
}

/** The labels of `by (…)` or `without (…)`; `undefined` when it has neither. */
export function groupingOf(node: PromNode): { readonly isBy: boolean; readonly labels: readonly string[] } | undefined {
  const modifier = child(node, 'AggregateModifier');
  if (modifier === undefined) return undefined;
  return {
    isBy: child(modifier, 'By') !== undefined,
    labels: all(modifier, 'LabelName').map(({ text }) => text),
  };
}

/** The window of `[…]` around a selector, as it is written. */
export function windowOf(matrix: PromNode): string {
  return matrix.text.slice(matrix.text.lastIndexOf('[') + 1, -1).trim();
}

/** The two sides of a binary expression and its operator. */
export function sidesOf(
  binary: PromNode,
): { readonly left: PromNode; readonly op: string; readonly right: PromNode } | undefined {
  const operands = binary.children.filter(({ name }) => OPERANDS.has(name));
  const operator = binary.children.find(({ name }) => OPERATORS.has(name));
  const [left, right] = operands;
  if (left === undefined || right === undefined || operator === undefined) return undefined;
  return { left, op: operator.text, right };
}

const OPERANDS: ReadonlySet<string> = new Set([
  'AggregateExpr',
  'BinaryExpr',
  'FunctionCall',
  'ParenExpr',
  'VectorSelector',
  'MatrixSelector',
  'OffsetExpr',
  'UnaryExpr',
  'NumberDurationLiteral',
  'NumberLiteral',
  'StepInvariantExpr',
  'SubqueryExpr',
]);
const OPERATORS: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Mod',
  'Pow',
  'And',
  'Or',
  'Unless',
  'EqlC',
  'Neq',
  'Gtr',
  'Lss',
  'Gte',
  'Lte',
]);
