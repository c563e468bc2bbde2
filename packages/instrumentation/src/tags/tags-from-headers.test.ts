import { describe, expect, test } from 'vitest';
import { tagsFromHeaders } from './tags-from-headers.ts';

const headers = {
  'x-tfy-metadata': '{"customer_id":"acme","tfy_log_request":"false","Bad-Key":"x","n":1}',
  baggage: 'costspan.tag.team=gr%C3%B6n;p=1, other=x ,costspan.tag.customer_id=evil,costspan.tag.broken=%zz,x',
};

describe('tags of an incoming request', () => {
  test('are read where it is trusted, metadata above baggage', () => {
    expect(tagsFromHeaders(headers, { trust: () => true })).toEqual({ customer_id: 'acme', team: 'grön' });
    expect(tagsFromHeaders(new Headers({ baggage: headers.baggage }), { trust: () => true })).toEqual({
      customer_id: 'evil',
      team: 'grön',
    });
  });

  test('are not read where it is not, or where asking fails', () => {
    expect(tagsFromHeaders(headers, { trust: () => false })).toEqual({});
    const failing = () => {
      throw new Error('mine');
    };
    expect(tagsFromHeaders(headers, { trust: failing })).toEqual({});
  });

  test('are those that were asked for', () => {
    expect(tagsFromHeaders(headers, { trust: () => true, keys: ['team'] })).toEqual({ team: 'grön' });
  });

  test.each([['{'], ['[1]'], ['null'], ['x'.repeat(9_000)], ['']])('a header %s is none', (text) => {
    expect(tagsFromHeaders({ 'x-tfy-metadata': text.slice(0, 9_000) }, { trust: () => true })).toEqual({});
  });
});
