import type { Fx, Layer, LayerCard, LayerRates } from './vector.ts';

const SOURCE = { url: 'https://example.com/prices', read: '2026-11-23' };
const FORMAT = 'costspan.cards/1';

/** Prices by the million tokens: `{ input_tokens: '1.25' }`. */
function perMillion(prices: { readonly [meter: string]: string }): LayerRates {
  return Object.fromEntries(Object.entries(prices).map(([meter, price]) => [meter, { price, per: 1_000_000 }]));
}

function card(model: string, prices: LayerCard['prices'], more: Partial<LayerCard> = {}): LayerCard {
  return { provider: 'acme', model, currency: 'USD', source: SOURCE, prices, ...more };
}

const CHAT = perMillion({
  input_tokens: '3',
  output_tokens: '15',
  cache_read_tokens: '0.3',
  cache_write_tokens: '3.75',
  cache_write_1h_tokens: '6',
});
const tier = (op: string, threshold: number, rates: LayerRates) => ({ meter: 'input_tokens', op, threshold, rates });
const step = (threshold: number, rates: LayerRates) => ({
  ...{ meter: 'input_tokens', mode: 'marginal', op: '>', threshold },
  rates,
});
const LONG = perMillion({ input_tokens: '6', output_tokens: '22.5', cache_read_tokens: '0.6' });

/** One card for every part of the format. */
export const FORMAT_LAYERS: readonly Layer[] = [
  {
    format: FORMAT,
    layer: 'made',
    cards: [
      card('chat', [{ rates: { ...CHAT, web_searches: { price: '10', per: 1000 } } }], {
        aliases: ['chat-2026-01-01', 'chat-latest'],
      }),
      card('bare', [{ rates: perMillion({ input_tokens: '0.15', output_tokens: '0.6' }) }]),
      card('above', [{ rates: CHAT, tiers: [tier('>', 200_000, LONG)] }]),
      card('unstated', [{ rates: CHAT, tiers: [tier('>', 200_000, {}), tier('>', 400_000, LONG)] }]),
      card('from', [{ rates: CHAT, tiers: [tier('>=', 200_000, LONG)] }]),
      card('steps', [
        {
          rates: perMillion({ input_tokens: '1', output_tokens: '2' }),
          tiers: [
            tier('>', 32_000, perMillion({ input_tokens: '2' })),
            tier('>', 128_000, perMillion({ output_tokens: '8' })),
            tier('>=', 252_000, perMillion({ input_tokens: '4', output_tokens: '16' })),
          ],
        },
      ]),
      card('periods', [
        { from: '2025-01-01T00:00:00Z', to: '2026-03-13T00:00:00Z', rates: perMillion({ input_tokens: '1' }) },
        { from: '2026-03-13T00:00:00Z', to: '2026-08-16T16:00:00Z', rates: perMillion({ input_tokens: '2' }) },
        { from: '2026-08-17T00:00:00+08:00', rates: perMillion({ input_tokens: '4' }) },
      ]),
      card('windows', [
        {
          rates: perMillion({ input_tokens: '1' }),
          windows: [
            {
              start: '09:00',
              end: '12:00',
              zone: 'Asia/Shanghai',
              days: ['mon', 'tue', 'wed', 'thu', 'fri'],
              rates: perMillion({ input_tokens: '2' }),
            },
            {
              start: '22:00',
              end: '02:00',
              zone: 'Asia/Shanghai',
              days: ['sun'],
              rates: perMillion({ input_tokens: '4' }),
            },
          ],
          multipliers: [{ when: { batch: true }, factor: '0.5' }],
        },
      ]),
      card('summer', [
        {
          rates: perMillion({ input_tokens: '1' }),
          windows: [
            { start: '00:00', end: '06:00', zone: 'Europe/Berlin', rates: perMillion({ input_tokens: '0.5' }) },
          ],
        },
      ]),
      card('served', [
        {
          rates: { ...CHAT, web_searches: { price: '10', per: 1000 } },
          tiers: [tier('>', 200_000, LONG)],
          cells: [
            {
              when: { service_tier: ['flex'] },
              rates: perMillion({ input_tokens: '1.6', output_tokens: '8', cache_read_tokens: '0.16' }),
            },
            {
              when: { service_tier: ['flex'], region: ['us'] },
              rates: perMillion({ input_tokens: '1.7', output_tokens: '9' }),
            },
          ],
          multipliers: [
            { when: { service_tier: ['priority'] }, factor: '1.75' },
            { when: { batch: true }, factor: '0.5' },
            { when: { speed: ['fast'] }, factor: '6' },
            { when: { region: ['eu', 'us'] }, factor: '1.1' },
          ],
          standard: { region: ['global'] },
        },
      ]),
      card('anywhere', [
        {
          rates: CHAT,
          multipliers: [{ when: { region: ['*'] }, factor: '1.1', classes: ['input', 'output'] }],
          standard: { region: ['global'] },
        },
      ]),
      card('free', [{ rates: perMillion({ input_tokens: '0', output_tokens: '0' }) }]),
      card('cache-free', [{ rates: perMillion({ input_tokens: '2', output_tokens: '4', cache_read_tokens: '0' }) }]),
      card('unpriced', []),
      card('media', [
        {
          rates: perMillion({
            input_tokens: '4',
            output_tokens: '16',
            cache_read_tokens: '0.4',
            input_audio_tokens: '32',
            cache_audio_read_tokens: '0.5',
            input_image_tokens: '5',
            output_audio_tokens: '64',
            output_reasoning_tokens: '24',
          }),
        },
      ]),
      card('speech', [{ rates: { seconds: { price: '0.111', per: 3600, minimum: 10, increment: 4 } } }]),
      card('hour', [{ rates: { seconds: { price: '0.111', per: 3600 } } }]),
      card('voice', [{ rates: { input_characters: { price: '15', per: 1_000_000 } } }]),
      card('scan', [{ rates: { pages: { price: '4', per: 1000 }, requests: { price: '0.005', per: 1 } } }]),
      card('ask', [
        { rates: { ...perMillion({ input_tokens: '1', output_tokens: '1' }), requests: { price: '12', per: 1000 } } },
      ]),
      card('tiny', [
        {
          rates: perMillion({ input_tokens: '0.003625', output_tokens: '0.0000001' }),
          multipliers: [{ when: { region: ['us'] }, factor: '1.1' }],
        },
      ]),
      card('third', [{ rates: { input_tokens: { price: '1', per: 12_000_000 } } }]),
      card('clip', [
        { rates: {}, cells: [{ when: { variant: ['1080p'] }, rates: { seconds: { price: '0.08', per: 1 } } }] },
      ]),
      card('yuan', [{ rates: perMillion({ input_tokens: '2', output_tokens: '8' }) }], { currency: 'CNY' }),
      card('ladder', [
        {
          rates: { ...CHAT, web_searches: { price: '10', per: 1000 } },
          tiers: [
            step(10_000, perMillion({ input_tokens: '6', cache_read_tokens: '0.6' })),
            step(50_000, perMillion({ input_tokens: '9', cache_write_tokens: '7.5' })),
          ],
          multipliers: [{ when: { batch: true }, factor: '0.5' }],
          cells: [
            {
              when: { service_tier: ['flex'] },
              rates: perMillion({ input_tokens: '1', output_tokens: '2' }),
              tiers: [step(2000, perMillion({ input_tokens: '3' }))],
            },
          ],
        },
      ]),
      card('ladder-out', [
        {
          rates: perMillion({ input_tokens: '1', output_tokens: '2', output_reasoning_tokens: '3' }),
          tiers: [{ ...step(500, perMillion({ output_tokens: '4' })), meter: 'output_tokens' }],
        },
      ]),
      card('ladder-seconds', [
        {
          rates: { seconds: { price: '0.111', per: 3600, minimum: 10 } },
          tiers: [
            {
              meter: 'seconds',
              mode: 'marginal',
              op: '>',
              threshold: 60,
              rates: { seconds: { price: '1', per: 3600 } },
            },
          ],
        },
      ]),
      card('ft:chat', [{ rates: perMillion({ input_tokens: '6', output_tokens: '30' }) }]),
    ],
  },
];

/** Contracts, ratios, deployments and a resale price on top of a list. */
export const CONTRACT_LAYERS: readonly Layer[] = [
  {
    format: FORMAT,
    layer: 'list',
    kind: 'base',
    cards: [
      card(
        'm',
        [
          {
            rates: { ...CHAT, web_searches: { price: '10', per: 1000 } },
            tiers: [tier('>', 200_000, LONG)],
            multipliers: [{ when: { batch: true }, factor: '0.5' }],
          },
        ],
        { aliases: ['m-2026'] },
      ),
      card('m-mini', [{ rates: perMillion({ input_tokens: '0.15', output_tokens: '0.6' }) }]),
      card('dark', []),
    ],
  },
  {
    format: FORMAT,
    layer: 'fixes',
    kind: 'correction',
    overrides: [
      { provider: 'acme', models: ['m'], source: SOURCE, rates: perMillion({ cache_read_tokens: '0.15' }) },
      {
        provider: 'acme',
        models: ['dark'],
        source: SOURCE,
        from: '2026-06-01T00:00:00Z',
        rates: perMillion({ input_tokens: '9' }),
      },
      {
        provider: 'acme',
        models: ['m*'],
        source: SOURCE,
        multipliers: [{ when: { region: ['data_zone', 'us'] }, factor: '1.1' }],
      },
    ],
  },
  {
    format: FORMAT,
    layer: 'acme-2026',
    kind: 'organisation',
    overrides: [
      {
        provider: 'acme',
        models: ['m'],
        source: SOURCE,
        from: '2026-01-01T00:00:00Z',
        to: '2027-01-01T00:00:00Z',
        rates: perMillion({ output_tokens: '12' }),
      },
      { provider: 'acme', models: ['m'], source: SOURCE, multipliers: [{ when: { region: ['us'] }, factor: '1.05' }] },
    ],
    adjustments: [
      { name: 'discount', provider: 'acme', ratio: '0.9275' },
      {
        name: 'input',
        provider: 'acme',
        models: ['m-mini'],
        ratio: '0.5',
        classes: ['input'],
        from: '2026-06-01T00:00:00Z',
      },
    ],
    deployments: [
      { provider: 'acme', deployment: 'Prod', model: 'm' },
      { provider: 'acme', deployment: 'eu', model: 'm', region: 'data_zone' },
      { provider: 'acme', deployment: 'm-mini', model: 'm' },
    ],
  },
  {
    format: FORMAT,
    layer: 'team',
    kind: 'deployment',
    adjustments: [{ name: 'premium', provider: 'acme', deployments: ['prod'], ratio: '1.10' }],
  },
  {
    format: FORMAT,
    layer: 'shop',
    kind: 'resale',
    overrides: [
      {
        provider: 'acme',
        models: ['m-mini'],
        source: SOURCE,
        rates: perMillion({ input_tokens: '1', output_tokens: '2' }),
      },
    ],
    adjustments: [{ name: 'markup', provider: 'acme', models: ['m'], ratio: '1.15' }],
  },
];

/** Resale: markups in percent, by unit and by call, price lists of some customers, and cards in other currencies. */
export const RESALE_LAYERS: readonly Layer[] = [
  {
    format: FORMAT,
    layer: 'list',
    kind: 'base',
    cards: [
      card('m', [{ rates: { ...CHAT, web_searches: { price: '10', per: 1000 } } }], { aliases: ['m-2026'] }),
      card('n', [{ rates: perMillion({ input_tokens: '0.15', output_tokens: '0.6' }) }]),
      card('yuan', [{ rates: perMillion({ input_tokens: '2', output_tokens: '8' }) }], { currency: 'CNY' }),
      card('pound', [{ rates: perMillion({ input_tokens: '3' }) }], { currency: 'GBP' }),
      card('free', [{ rates: perMillion({ input_tokens: '0', output_tokens: '0' }) }]),
    ],
  },
  {
    format: FORMAT,
    layer: 'contract',
    kind: 'organisation',
    adjustments: [
      { name: 'discount', provider: 'acme', ratio: '0.9' },
      { name: 'router', provider: 'acme', models: ['m'], fees: perMillion({ input_tokens: '0.14' }) },
    ],
    deployments: [{ provider: 'acme', deployment: 'prod', model: 'm' }],
  },
  {
    format: FORMAT,
    layer: 'shop',
    kind: 'resale',
    overrides: [
      {
        provider: 'acme',
        models: ['n'],
        customers: ['globex'],
        from: '2026-06-01T00:00:00Z',
        to: '2026-12-01T00:00:00Z',
        source: SOURCE,
        rates: perMillion({ input_tokens: '0.5' }),
      },
      {
        provider: 'acme',
        models: ['yuan'],
        customers: ['initech'],
        source: SOURCE,
        rates: perMillion({ output_tokens: '9' }),
      },
    ],
    adjustments: [
      { name: 'markup', provider: '*', ratio: '1.15' },
      { name: 'service', provider: '*', customers: ['acme', 'globex'], fees: { requests: { price: '0.001', per: 1 } } },
      { name: 'searches', provider: 'acme', models: ['m'], fees: { web_searches: { price: '1', per: 1000 } } },
      {
        name: 'loyal',
        provider: 'acme',
        customers: ['globex'],
        from: '2026-10-01T00:00:00Z',
        ratio: '0.95',
        classes: ['other', 'input'],
      },
    ],
  },
  {
    format: FORMAT,
    layer: 'umbrella-list',
    kind: 'resale',
    customers: ['umbrella', 'hooli'],
    cards: [
      card('m', [{ to: '2027-01-01T00:00:00Z', rates: perMillion({ input_tokens: '10', output_tokens: '20' }) }], {
        aliases: ['flagship'],
      }),
      card('own', [{ rates: perMillion({ input_tokens: '1' }) }]),
      card('n', [{ rates: perMillion({ input_tokens: '3', output_tokens: '3' }) }], { currency: 'CNY' }),
    ],
    adjustments: [{ name: 'friends', provider: 'acme', customers: ['hooli'], ratio: '0.5' }],
  },
];

/** What foreign amounts are worth. */
export const FX: Fx = {
  format: 'costspan.fx/1',
  rates: [
    { currency: 'CNY', to: '2026-07-01T00:00:00Z', rate: '0.1390', source: SOURCE },
    {
      currency: 'CNY',
      from: '2026-07-01T00:00:00Z',
      to: '2026-12-01T00:00:00Z',
      rate: '0.140555555555555555',
      source: SOURCE,
    },
    { currency: 'GBP', from: '2026-01-01T00:00:00Z', to: '2026-07-01T00:00:00Z', rate: '1.3', source: SOURCE },
  ],
};
