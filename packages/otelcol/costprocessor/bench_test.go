package costprocessor

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// spansPerBatch is a usual batch; what is reported is for one span of it.
const spansPerBatch = 512

func BenchmarkLLMSpan10Models(b *testing.B)   { benchmarkSpans(b, 10, llmSpan) }
func BenchmarkLLMSpan5000Models(b *testing.B) { benchmarkSpans(b, 5000, llmSpan) }
func BenchmarkOtherSpan(b *testing.B)         { benchmarkSpans(b, 5000, httpSpan) }

// BenchmarkLLMSpanRead is an LLM span without the writing: what the processor itself allocates. The rest is one wrapper for each
// attribute, which pdata makes.
func BenchmarkLLMSpanRead(b *testing.B) {
	p := benchProcessor(b, 5000)
	traces := batchOf(llmSpan)
	catalogue, d := p.prices.catalogue.Load(), p.desks.Get().(*desk)
	b.ReportAllocs()
	for at := 0; b.Loop(); at++ {
		resource := traces.ResourceSpans().At(0)
		readOne(p, resource, resource.ScopeSpans().At(0).Spans().At(at%spansPerBatch), d)
		d.price(catalogue)
	}
}

func benchmarkSpans(b *testing.B, models int, fill func(pcommon.Map)) {
	p := benchProcessor(b, models)
	made := batchOf(fill)
	b.ReportAllocs()
	b.ResetTimer()
	var spent time.Duration
	done := 0
	for ; done < b.N; done += spansPerBatch {
		b.StopTimer()
		traces := ptrace.NewTraces()
		made.CopyTo(traces)
		begun := processorTime(b)
		b.StartTimer()
		if _, err := p.processTraces(context.Background(), traces); err != nil {
			b.Fatal(err)
		}
		spent += processorTime(b) - begun
	}
	b.ReportMetric(float64(spent.Nanoseconds())/float64(done), "cpu-ns/op")
}

// processorTime is what the process has had of the processors, collection of garbage included: the figure of a busy machine.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func benchProcessor(b *testing.B, models int) *costProcessor {
	b.Helper()
	config := &Config{Cards: writeCards(b, models, "0.15"), ClassCosts: true}
	p, err := newCostProcessor(nopSettings(), config)
	if err != nil {
		b.Fatal(err)
	}
	if err := p.start(context.Background(), nil); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.shutdown(context.Background()) })
	return p
}

// writeCards writes a catalogue of so many models of one provider, all at one price for input and output, made of testdata/cards.json.
func writeCards(t testing.TB, models int, price string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/cards.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	names, listed := map[string]any{}, make([]any, 0, models)
	first := file["cards"].([]any)[0]
	for at := range models {
		card := cloneJSON(t, first)
		name := fmt.Sprintf("model-%d", at)
		card["card"].(map[string]any)["model"] = name
		period := card["periods"].([]any)[0].(map[string]any)
		period["card"].(map[string]any)["model"] = name
		for _, rate := range period["rates"].(map[string]any) {
			rate.(map[string]any)["price"] = price
		}
		listed = append(listed, card)
		names[name] = map[string]any{"card": at, "match": "exact"}
	}
	file["cards"] = listed
	provider := file["books"].(map[string]any)["contracted"].(map[string]any)["providers"].(map[string]any)["acme"].(map[string]any)
	provider["names"], provider["variants"] = names, map[string]any{}
	written, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cards.json")
	if err := os.WriteFile(path, written, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func cloneJSON(t testing.TB, value any) map[string]any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var clone map[string]any
	if err := json.Unmarshal(data, &clone); err != nil {
		t.Fatal(err)
	}
	return clone
}

func batchOf(fill func(pcommon.Map)) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "shop")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("@opentelemetry/instrumentation")
	for at := range spansPerBatch {
		span := scope.Spans().AppendEmpty()
		span.SetTraceID(pcommon.TraceID{1, byte(at), byte(at >> 8)})
		span.SetSpanID(pcommon.SpanID{1, byte(at), byte(at >> 8)})
		span.SetKind(ptrace.SpanKindClient)
		span.SetStartTimestamp(1_790_000_000_000_000_000)
		span.SetEndTimestamp(1_790_000_001_000_000_000)
		fill(span.Attributes())
	}
	return traces
}

// llmSpan has the twenty attributes of a usual LLM call.
func llmSpan(attributes pcommon.Map) {
	for name, value := range map[string]string{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "acme", "gen_ai.request.model": "model-7",
		"gen_ai.response.model": "model-7", "gen_ai.response.id": "chatcmpl-1", "gen_ai.conversation.id": "c-1",
		"server.address": "api.example.com", "costspan.tag.customer_id": "globex", "costspan.tag.feature_name": "search",
		"costspan.tag.team": "growth", "gen_ai.output.type": "text", "deployment.environment.name": "prod", "url.scheme": "https",
	} {
		attributes.PutStr(name, value)
	}
	for name, value := range map[string]int64{
		"gen_ai.usage.input_tokens": 9514, "gen_ai.usage.output_tokens": 44, "gen_ai.usage.cache_read.input_tokens": 9472,
		"server.port": 443, "gen_ai.request.max_tokens": 1000, "http.response.status_code": 200,
	} {
		attributes.PutInt(name, value)
	}
	attributes.PutDouble("gen_ai.request.temperature", 0.2)
}

// httpSpan has the fifteen attributes of a usual HTTP request.
func httpSpan(attributes pcommon.Map) {
	for _, name := range []string{
		"http.request.method", "url.full", "url.path", "url.scheme", "server.address", "client.address", "user_agent.original",
		"network.protocol.version", "http.route", "network.peer.address", "k8s.pod.name", "enduser.id", "code.function",
	} {
		attributes.PutStr(name, "value")
	}
	attributes.PutInt("http.response.status_code", 200)
	attributes.PutInt("server.port", 443)
}
