/** What can go wrong at a provider, in our words. Each wire format has its own status, type and code for it. */
export type ProviderErrorKind =
  | 'invalid_request'
  | 'authentication'
  | 'not_found'
  | 'too_large'
  | 'rate_limit'
  | 'server_error'
  | 'overloaded';

/** A request the simulated provider refuses. Thrown while reading a request, turned into the wire format by the server. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  /** Name of the mistaken request field, where there is one. */
  readonly param: string | null;
  /** Code that overrides the format's default for the kind. */
  readonly code: string | undefined;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    details: { readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
    this.kind = kind;
    this.param = details.param ?? null;
    this.code = details.code;
  }
}

export type WireFormat = 'openai' | 'anthropic';

export interface WireError {
  readonly status: number;
  readonly body: object;
}

export function toWireError(format: WireFormat, error: ProviderError, requestId: string): WireError {
  if (format === 'anthropic') {
    const [status, type] = ANTHROPIC_ERRORS[error.kind];
    return { status, body: { type: 'error', error: { type, message: error.message }, request_id: requestId } };
  }
  const [status, type, code] = OPENAI_ERRORS[error.kind];
  return {
    status,
    body: { error: { message: error.message, type, param: error.param, code: error.code ?? code } },
  };
}

/** Source: OpenAI API reference, error codes; recorded responses. */
const OPENAI_ERRORS: Record<ProviderErrorKind, readonly [status: number, type: string, code: string | null]> = {
  invalid_request: [400, 'invalid_request_error', null],
  authentication: [401, 'invalid_request_error', 'invalid_api_key'],
  not_found: [404, 'invalid_request_error', null],
  too_large: [413, 'invalid_request_error', 'request_too_large'],
  rate_limit: [429, 'requests', 'rate_limit_exceeded'],
  server_error: [500, 'server_error', null],
  overloaded: [503, 'server_error', 'server_overloaded'],
};

/** Source: Anthropic API reference, errors. */
const ANTHROPIC_ERRORS: Record<ProviderErrorKind, readonly [status: number, type: string]> = {
  invalid_request: [400, 'invalid_request_error'],
  authentication: [401, 'authentication_error'],
  not_found: [404, 'not_found_error'],
  too_large: [413, 'request_too_large'],
  rate_limit: [429, 'rate_limit_error'],
  server_error: [500, 'api_error'],
  overloaded: [529, 'overloaded_error'],
};
