package costprocessor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/metadata"
)

const soon = time.Minute

func TestTheConfigurationIsReadAndItsDefaultsHold(t *testing.T) {
	read, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	for name, want := range map[string]*Config{
		"costspan":         {Cards: "/etc/costspan/cards.json", ReloadInterval: 2 * time.Second, ClassCosts: true},
		"costspan/changed": {Cards: "cards.json", ReloadInterval: 0, ClassCosts: false},
	} {
		config := createDefaultConfig()
		section, err := read.Sub(name)
		require.NoError(t, err)
		require.NoError(t, section.Unmarshal(config))
		assert.Equal(t, want, config)
		assert.NoError(t, config.(*Config).Validate())
	}
}

func TestEveryMistakeOfAConfigurationIsSaidAtOnce(t *testing.T) {
	err := (&Config{ReloadInterval: time.Millisecond}).Validate()
	require.ErrorIs(t, err, errNoCards)
	require.ErrorIs(t, err, errReloadInterval)
}

func TestACollectorWithoutPricesDoesNotStart(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "cards.json")
	whole, err := os.ReadFile("testdata/cards.json")
	require.NoError(t, err)
	for text, want := range map[string]string{
		"":                              "not whole JSON",
		string(whole[:len(whole)/2]):    "not whole JSON",
		`{"format":"costspan.cards/1"}`: "its format is",
		string(whole) + "{}":            "something follows",
		strings.Replace(string(whole), `"price":"3"`, `"price":"3e9"`, 1):              "is none",
		strings.Replace(string(whole), `"name":"input_tokens"`, `"name":"prompts"`, 1): "use the processor of the version",
	} {
		require.NoError(t, os.WriteFile(bad, []byte(text), 0o600))
		p, err := newCostProcessor(nopSettings(), &Config{Cards: bad})
		require.NoError(t, err)
		assert.ErrorContains(t, p.start(context.Background(), nil), want)
	}
	p, err := newCostProcessor(nopSettings(), &Config{Cards: bad + ".none"})
	require.NoError(t, err)
	assert.ErrorContains(t, p.start(context.Background(), nil), "no such file")
}

func oneSpan(fill func(pcommon.Map)) ptrace.Traces {
	traces := ptrace.NewTraces()
	span := traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{1})
	span.SetStartTimestamp(1_790_000_000_000_000_000)
	fill(span.Attributes())
	return traces
}

func chat(attributes pcommon.Map) {
	attributes.PutStr("gen_ai.operation.name", "chat")
	attributes.PutStr("gen_ai.provider.name", "acme")
	attributes.PutStr("gen_ai.request.model", "chat")
	attributes.PutInt("gen_ai.usage.input_tokens", 1000)
	attributes.PutInt("gen_ai.usage.output_tokens", 10)
}

func attributesOf(traces ptrace.Traces) map[string]any {
	return traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
}

func TestACostThatIsThereIsNotOverwritten(t *testing.T) {
	p := startProcessor(t, &Config{Cards: "testdata/cards.json", ClassCosts: true}, new(consumertest.TracesSink))
	costed := oneSpan(func(attributes pcommon.Map) {
		chat(attributes)
		attributes.PutStr("costspan.cost.total_exact", "7")
	})
	before := attributesOf(costed)
	require.NoError(t, p.ConsumeTraces(context.Background(), costed))
	assert.Equal(t, before, attributesOf(costed))
}

func TestPricedTwiceIsPricedOnce(t *testing.T) {
	p := startProcessor(t, &Config{Cards: "testdata/cards.json", ClassCosts: true}, new(consumertest.TracesSink))
	traces := oneSpan(chat)
	require.NoError(t, p.ConsumeTraces(context.Background(), traces))
	once := attributesOf(traces)
	assert.Equal(t, "0.00315", once[totalExactName])
	assert.InDelta(t, 0.00315, once[totalName], 0)
	require.NoError(t, p.ConsumeTraces(context.Background(), traces))
	assert.Equal(t, once, attributesOf(traces))
}

func TestAnAgentAboveTheCallIsNotBilled(t *testing.T) {
	p := startProcessor(t, &Config{Cards: "testdata/cards.json"}, new(consumertest.TracesSink))
	agent := oneSpan(func(attributes pcommon.Map) {
		chat(attributes)
		attributes.PutStr("gen_ai.operation.name", "invoke_agent")
	})
	before := attributesOf(agent)
	require.NoError(t, p.ConsumeTraces(context.Background(), agent))
	assert.Equal(t, before, attributesOf(agent))
}

// A file that is half written, or wrong, never prices a span; a good one does, whole, while spans go by.
func TestPricesAreReloadedUnderLoadAsAWholeOrNotAtAll(t *testing.T) {
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	path := filepath.Join(t.TempDir(), "cards.json")
	cheap, err := os.ReadFile(writeCards(t, 1, "1"))
	require.NoError(t, err)
	dear, err := os.ReadFile(writeCards(t, 1, "2"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, cheap, 0o600))
	settings := nopSettings()
	settings.TelemetrySettings = tel.NewTelemetrySettings()
	p := startWith(t, settings, &Config{Cards: path, ReloadInterval: reloadIntervalMin})

	stop := make(chan struct{})
	var load sync.WaitGroup
	var odd, sent atomic.Int64
	var latest atomic.Value
	for range 4 {
		load.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				traces := oneSpan(func(attributes pcommon.Map) {
					chat(attributes)
					attributes.PutStr("gen_ai.request.model", "model-0")
				})
				if err := p.ConsumeTraces(context.Background(), traces); err != nil {
					odd.Add(1)
				}
				total := attributesOf(traces)[totalExactName]
				if total != "0.00101" && total != "0.00202" {
					odd.Add(1)
				}
				latest.Store(total)
				sent.Add(1)
			}
		})
	}
	sees := func(total string) {
		t.Helper()
		require.Eventually(t, func() bool { return latest.Load() == total }, soon, time.Millisecond)
	}
	refused := func(want int64) {
		t.Helper()
		require.Eventually(t, func() bool {
			got, err := tel.GetMetric("otelcol_processor_costspan_cards_refused")
			return err == nil && got.Data.(metricdata.Gauge[int64]).DataPoints[0].Value == want
		}, soon, time.Millisecond)
	}
	sees("0.00101")
	require.NoError(t, os.WriteFile(path, dear, 0o600))
	sees("0.00202")
	require.NoError(t, os.WriteFile(path, cheap[:len(cheap)/2], 0o600))
	refused(1)
	sees("0.00202")
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path, cheap, 0o600))
	refused(0)
	sees("0.00101")
	close(stop)
	load.Wait()
	assert.Zero(t, odd.Load(), "of %d spans", sent.Load())
}

func TestEverySpanIsCountedByWhatItWas(t *testing.T) {
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	settings := nopSettings()
	settings.TelemetrySettings = tel.NewTelemetrySettings()
	p := startWith(t, settings, &Config{Cards: "testdata/cards.json"})
	for _, fill := range []func(pcommon.Map){
		chat, chat, httpSpan,
		func(attributes pcommon.Map) { chat(attributes); attributes.PutStr("gen_ai.request.model", "nobody's") },
		func(attributes pcommon.Map) { chat(attributes); attributes.PutStr("costspan.cost.status", "free") },
		func(attributes pcommon.Map) { chat(attributes); attributes.PutBool("costspan.billable", false) },
	} {
		require.NoError(t, p.ConsumeTraces(context.Background(), oneSpan(fill)))
	}
	assert.Equal(t, map[string]int64{"billable": 3, "other": 1, "costed": 1, "context": 1}, sumsBy(t, tel, "otelcol_processor_costspan_spans", "kind"))
	assert.Equal(t, map[string]int64{"priced": 2, "unpriced": 1}, sumsBy(t, tel, "otelcol_processor_costspan_calls", "status"))
	assert.Equal(t, map[string]int64{"": 2, "model_unknown": 1}, sumsBy(t, tel, "otelcol_processor_costspan_calls", "reason"))
}

func sumsBy(t *testing.T, tel *componenttest.Telemetry, name, label string) map[string]int64 {
	t.Helper()
	metric, err := tel.GetMetric(name)
	require.NoError(t, err)
	sums := map[string]int64{}
	for _, point := range metric.Data.(metricdata.Sum[int64]).DataPoints {
		value, _ := point.Attributes.Value(attribute.Key(label))
		sums[value.AsString()] += point.Value
	}
	return sums
}

func startWith(t *testing.T, settings processor.Settings, config *Config) processor.Traces {
	t.Helper()
	started, err := NewFactory().CreateTraces(context.Background(), settings, config, new(consumertest.TracesSink))
	require.NoError(t, err)
	require.NoError(t, started.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, started.Shutdown(context.Background())) })
	return started
}

func TestTheComponentIsWhatItsMetadataSays(t *testing.T) {
	described, err := confmaptest.LoadConf("metadata.yaml")
	require.NoError(t, err)
	assert.Equal(t, metadata.Type.String(), described.Get("type"))
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.Background())) })
	settings := nopSettings()
	settings.TelemetrySettings = tel.NewTelemetrySettings()
	p := startWith(t, settings, &Config{Cards: "testdata/cards.json"})
	require.NoError(t, p.ConsumeTraces(context.Background(), oneSpan(chat)))
	for name := range described.Get("telemetry").(map[string]any)["metrics"].(map[string]any) {
		_, err := tel.GetMetric("otelcol_" + name)
		assert.NoError(t, err)
	}
}
