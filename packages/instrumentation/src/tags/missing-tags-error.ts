import { CostspanError } from '@costspan/usage';

/** A call that lacks required tags where the glossary says `throw`. Thrown by the SDK's method, before any request is made. */
export class MissingTagsError extends CostspanError {
  override readonly name = 'MissingTagsError';
  readonly missing: readonly string[];

  constructor(missing: readonly string[], environment: string) {
    super(
      'TAGS_MISSING',
      `this call lacks the tags ${missing.join(', ')}, which tags.yaml requires in ${environment}; set them with withTags, or say "missing: mark" there`,
    );
    this.missing = missing;
  }
}
