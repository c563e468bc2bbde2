import { expect, test } from 'vitest';
import { decodeProtobuf } from './decode-protobuf.ts';
import { decoderContract, encodeProtobuf, TEST_KEYS } from './decoder.contract.ts';
import { OtlpDecodeError } from './otlp-decode-error.ts';

decoderContract('protobuf', encodeProtobuf, decodeProtobuf);

test.each([
  ['a length that reaches beyond the body', '0a05', 'OTLP_TRUNCATED', 1],
  ['a length that reaches beyond its message', '0a03120501', 'OTLP_TRUNCATED', 3],
  ['a varint that never ends', '0affffffffffffffffffffff', 'OTLP_MALFORMED', 1],
  ['a varint that is cut off', '0a8080', 'OTLP_TRUNCATED', 1],
  ['a group', '0b0c', 'OTLP_MALFORMED', 1],
  ['field number zero', '0200', 'OTLP_MALFORMED', 0],
  ['a length over 32 bits', '0affffffffff01', 'OTLP_MALFORMED', 7],
])('%s is refused with the byte where it stands', (_, hex, code, offset) => {
  const decode = () => decodeProtobuf(Buffer.from(hex, 'hex'), TEST_KEYS);
  expect(decode).toThrow(OtlpDecodeError);
  expect(decode).toThrow(expect.objectContaining({ code, offset }));
});

test('fields nobody knows are stepped over, whatever their wire type', () => {
  const unknown = Buffer.from('9a0603616263 9006ac02 99060102030405060708 9d0601020304'.replaceAll(' ', ''), 'hex');
  expect(decodeProtobuf(unknown, TEST_KEYS)).toEqual({ spanCount: 0, spans: [] });
});
