/**
 * The whole output where thoughts are usually part of the output count (OpenAI and who copies it). The provider's own total
 * decides: only when input, output and thoughts together are the total, thoughts stand beside the output and are added
 * (xAI chat). The output itself is never derived from a total.
 */
export function outputHoldingThoughts(
  input: number | undefined,
  output: number | undefined,
  thoughts: number | undefined,
  total: number | undefined,
): number | undefined {
  if (output === undefined || thoughts === undefined) return output;
  return total === (input ?? 0) + output + thoughts ? output + thoughts : output;
}

/**
 * The whole output where thoughts usually stand beside the output count (Gemini). The provider's own total decides here too:
 * when input and output alone are the total, the thoughts are inside already.
 */
export function outputBesideThoughts(
  input: number | undefined,
  output: number | undefined,
  thoughts: number | undefined,
  total: number | undefined,
): number | undefined {
  if (output === undefined || thoughts === undefined) return output ?? thoughts;
  return total === (input ?? 0) + output ? output : output + thoughts;
}
