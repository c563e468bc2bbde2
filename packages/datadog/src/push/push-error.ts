import { CostspanError } from '@costspan/usage';

/** What could not be done, in words without secrets. */
export class PushError extends CostspanError {
  override readonly name = 'PushError';
}
