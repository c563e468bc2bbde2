import { CostspanError } from '@costspan/usage';

/** A body that is not an OTLP trace request. `offset` is the byte (after decompression) where reading stopped. */
export class OtlpDecodeError extends CostspanError {
  override readonly name = 'OtlpDecodeError';
  readonly offset: number;

  constructor(code: 'OTLP_TRUNCATED' | 'OTLP_MALFORMED', message: string, offset: number) {
    super(code, `${message} (byte ${offset})`);
    this.offset = offset;
  }
}
