import { expect, test } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { withoutPlace } from './decoder.contract.ts';
import { READ_ATTRIBUTES } from './read-attributes.ts';

/** One span as `@opentelemetry/otlp-transformer` 0.301.0 writes it, both ways. */
const JSON_BODY =
  '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"storefront"}}],"droppedAttributesCount":0},"scopeSpans":[{"scope":{"name":"@costspan/instrumentation","version":"0.1.0"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","parentSpanId":"00f067aa0ba902b7","name":"chat gpt-4o","kind":3,"startTimeUnixNano":"1760000000123456789","endTimeUnixNano":"1760000001987654321","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":9514}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":0}},{"key":"gen_ai.response.time_to_first_chunk","value":{"doubleValue":0.312}},{"key":"gen_ai.response.finish_reasons","value":{"arrayValue":{"values":[{"stringValue":"stop"}]}}},{"key":"costspan.billable","value":{"boolValue":true}},{"key":"costspan.tag.customer_id","value":{"stringValue":"acmé"}},{"key":"error.type","value":{"stringValue":"timeout"}},{"key":"big","value":{"intValue":9007199254740991}},{"key":"negative","value":{"intValue":-3}}],"droppedAttributesCount":0,"events":[{"attributes":[{"key":"exception.type","value":{"stringValue":"E"}}],"name":"exception","timeUnixNano":"1760000001000000000","droppedAttributesCount":0}],"droppedEventsCount":0,"status":{"code":2,"message":"upstream"},"links":[],"droppedLinksCount":0,"flags":257}]}]}]}';
const PROTOBUF_BODY =
  'CucECiAKHAoMc2VydmljZS5uYW1lEgwKCnN0b3JlZnJvbnQQABLCBAoiChlAY29zdHNwYW4vaW5zdHJ1bWVudGF0aW9uEgUwLjEuMBKbBAoQCvdlGRbNQ92ESOshHIAxnBIIt61rcWkgMzEiCADwZ6oLqQK3KgtjaGF0IGdwdC00bzADORXNC9ysxmwYQbEyKUutxmwYSh8KFWdlbl9haS5vcGVyYXRpb24ubmFtZRIGCgRjaGF0SiAKFGdlbl9haS5wcm92aWRlci5uYW1lEggKBm9wZW5haUogChRnZW5fYWkucmVxdWVzdC5tb2RlbBIICgZncHQtNG9KIAoZZ2VuX2FpLnVzYWdlLmlucHV0X3Rva2VucxIDGKpKSiAKGmdlbl9haS51c2FnZS5vdXRwdXRfdG9rZW5zEgIYAEowCiNnZW5fYWkucmVzcG9uc2UudGltZV90b19maXJzdF9jaHVuaxIJISuHFtnO99M/SiwKHmdlbl9haS5yZXNwb25zZS5maW5pc2hfcmVhc29ucxIKKggKBgoEc3RvcEoXChFjb3N0c3Bhbi5iaWxsYWJsZRICEAFKIwoYY29zdHNwYW4udGFnLmN1c3RvbWVyX2lkEgcKBWFjbcOpShcKCmVycm9yLnR5cGUSCQoHdGltZW91dEoQCgNiaWcSCRj/////////D0oXCghuZWdhdGl2ZRILGP3//////////wFQAFotCQDKShCtxmwYEglleGNlcHRpb24aFQoOZXhjZXB0aW9uLnR5cGUSAwoBRSAAYABwAHoMEgh1cHN0cmVhbRgChQEBAQAA';

test.each([
  ['JSON', () => decodeJson(Buffer.from(JSON_BODY), READ_ATTRIBUTES)],
  ['protobuf', () => decodeProtobuf(Buffer.from(PROTOBUF_BODY, 'base64'), READ_ATTRIBUTES)],
])('%s as the JavaScript SDK writes it is read', (_, decode) => {
  expect(withoutPlace(decode())).toEqual({
    spanCount: 1,
    spans: [
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        parentSpanId: '00f067aa0ba902b7',
        kind: 3,
        startedAtUs: 1_760_000_000_123_456,
        endedAtUs: 1_760_000_001_987_654,
        statusCode: 2,
        attributes: new Map<string, unknown>([
          ['gen_ai.operation.name', 'chat'],
          ['gen_ai.provider.name', 'openai'],
          ['gen_ai.request.model', 'gpt-4o'],
          ['gen_ai.usage.input_tokens', 9514],
          ['gen_ai.usage.output_tokens', 0],
          ['gen_ai.response.time_to_first_chunk', 0.312],
          ['costspan.billable', true],
          ['costspan.tag.customer_id', 'acmé'],
          ['error.type', 'timeout'],
        ]),
        resource: { attributes: new Map([['service.name', 'storefront']]) },
        scope: { name: '@costspan/instrumentation', version: '0.1.0' },
      },
    ],
  });
});
