/**
 * A broken promise with a stable `code`, the place where it happened and what to do about it.
 * Normal outcomes are values, never errors.
 */
export class CostspanError extends Error {
  override readonly name: string = 'CostspanError';
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** One mistake in outside data: where it is, what is wrong, what to do. A door reports all of them at once. */
export interface Finding {
  /** Path into the data, for example `cards[3].periods[0].rates.input_tokens`. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** Outside data that was refused, with every mistake found in it. */
export class InvalidInputError extends CostspanError {
  override readonly name = 'InvalidInputError';
  readonly findings: readonly Finding[];

  constructor(code: string, subject: string, findings: readonly Finding[]) {
    super(
      code,
      `${subject}: ${findings.length === 1 ? '1 mistake' : `${findings.length} mistakes`}\n${findings
        .map((finding) => `  ${finding.at}: ${finding.message} [${finding.code}]`)
        .join('\n')}`,
    );
    this.findings = findings;
  }
}
