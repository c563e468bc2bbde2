import { checkTags, NO_TAGS, settleTags as settle, TAGS_MAX, type TagChanges, type Tags } from '@costspan/usage';
import { guarded, sayOnce } from '../say-once.ts';

export { NO_TAGS, overlayTags, type TagChanges, type TagInput } from '@costspan/usage';

/** Checks tags once, where they enter. A mistaken tag is left out and said once; it never fails the call. */
export function readTagChanges(input: unknown, place: string): TagChanges {
  if (typeof input !== 'object' || input === null) {
    sayOnce(`tags:${place}`, `${place}: tags must be an object of key: text; none were read`);
    return NO_TAGS;
  }
  const checked = guarded(`reading ${place}`, () => checkTags(input, place));
  if (checked === undefined) return NO_TAGS;
  const { changes, findings } = checked;
  for (const finding of findings) {
    sayOnce(`tags:${finding.code}:${finding.at}`, `${finding.at}: ${finding.message}; the tag was left out`);
  }
  return changes;
}

/** What is left when every place has spoken, weakest first. More than a call may carry are cut and said once. */
export function settleTags(places: readonly TagChanges[]): Tags {
  const { tags, leftOut } = settle(places);
  if (leftOut.length > 0) {
    sayOnce(
      'tags:TAGS_COUNT',
      `a call carries at most ${TAGS_MAX} tags; "${leftOut[0]}" and those after it were left out`,
    );
  }
  return tags;
}
