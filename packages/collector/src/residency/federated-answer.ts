import { z } from 'zod';

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** What `POST /api/v1/residency/query` answers. */
export const federatedAnswer = z
  .strictObject({
    regions: z
      .array(
        z.strictObject({
          region: z.string().describe('`here`, or the name of a region'),
          rows: z.array(row),
          total: row,
        }),
      )
      .describe('The answer of each region'),
    total: z.strictObject({ cost: z.string(), calls: z.int() }).describe('Over all regions, exact'),
  })
  .describe('Sums of every region');
