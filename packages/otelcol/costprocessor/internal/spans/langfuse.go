package spans

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

const (
	langfuseUsage    = "langfuse.observation.usage_details"
	langfuseMetadata = "langfuse.observation.metadata."
	langfuseTrace    = "langfuse.trace.metadata."
)

var langfuseTable = tableOf(genAiFacts.with(map[fact][]string{
	operation:     {"langfuse.observation.type"},
	responseModel: {"langfuse.observation.model.name", "gen_ai.response.model"},
}), genAiMeters)

// readLangfuse: usage is a JSON object of buckets that do not overlap, or a provider's usage object as it came; either is added up to
// counts that hold the cached tokens. A cost is what the sender put there.
func readLangfuse(r *reading) {
	var other func(string, pcommon.Value)
	if r.tags.isOn = r.scope.WithCustomer; r.tags.isOn {
		r.addTagAs("user", "langfuse.user.id")
		r.addTagAs("environment", "langfuse.environment")
		r.tags.addLabels(textAt(r.attributes, "langfuse.trace.tags"))
		other = func(name string, value pcommon.Value) {
			for _, prefix := range [...]string{langfuseMetadata, langfuseTrace} {
				if field, ok := strings.CutPrefix(name, prefix); ok {
					r.tags.add(field, scalarOf(value))
				}
			}
		}
	}
	langfuseTable.read(r.attributes, &r.found, other)
	if usage, err := parseJSONObject(textAt(r.attributes, langfuseUsage)); err == nil {
		r.found.counts.Clear()
		r.found.hasInvalid, r.found.invalid = false, ""
		r.takeBuckets(usage)
	}
	if textAt(r.attributes, "langfuse.observation.level") == "ERROR" {
		r.call.Outcome = "error"
	}
	costs, _ := parseJSONObject(textAt(r.attributes, "langfuse.observation.cost_details"))
	if amount := plainAmountOfJSON(costs.get("total")); amount != "" {
		r.call.Reported = cards.Reported{Amount: amount, Currency: "USD"}
	}
	switch strings.ToLower(r.found.texts[operation]) {
	case "", "generation", "embedding":
		r.fill(roleCall)
	default:
		r.fill(roleContext)
	}
}

var langfuseBuckets = map[string]cards.Meter{
	"input_cached_tokens":         cards.MustMeter("cache_read_tokens"),
	"input_cached":                cards.MustMeter("cache_read_tokens"),
	"input_cache_read":            cards.MustMeter("cache_read_tokens"),
	"input_cache_read_tokens":     cards.MustMeter("cache_read_tokens"),
	"cache_read_input_tokens":     cards.MustMeter("cache_read_tokens"),
	"input_cache_creation":        cards.MustMeter("cache_write_tokens"),
	"input_cache_write":           cards.MustMeter("cache_write_tokens"),
	"input_cache_write_tokens":    cards.MustMeter("cache_write_tokens"),
	"input_cache_creation_tokens": cards.MustMeter("cache_write_tokens"),
	"cache_creation_input_tokens": cards.MustMeter("cache_write_tokens"),
	"input_cache_creation_5m":     cards.MustMeter("cache_write_5m_tokens"),
	"input_cache_creation_1h":     cards.MustMeter("cache_write_1h_tokens"),
	"input_audio_tokens":          cards.MustMeter("input_audio_tokens"),
	"input_audio":                 cards.MustMeter("input_audio_tokens"),
	"output_audio_tokens":         cards.MustMeter("output_audio_tokens"),
	"output_audio":                cards.MustMeter("output_audio_tokens"),
	"output_reasoning_tokens":     cards.MustMeter("output_reasoning_tokens"),
	"output_reasoning":            cards.MustMeter("output_reasoning_tokens"),
}

// takeBuckets adds up every bucket that has `input` or `output` in its name.
func (r *reading) takeBuckets(usage jsonObject) {
	if usage.has("prompt_tokens") || hasObject(usage) {
		r.takeOpenAiUsage(usage)
		return
	}
	counts := &r.found.counts
	for _, field := range usage {
		whole := wholeOfBucket(field.name)
		if whole == cards.NoMeter || field.value == nil {
			continue
		}
		meter, isPart := langfuseBuckets[field.name]
		if !isPart {
			meter = whole
		}
		count, ok := countOfJSON(field.value, meter)
		if !ok {
			r.found.refuse(cards.Meters[meter])
			continue
		}
		counts.Set(whole, counts.Values[whole]+count)
		if isPart {
			counts.Set(meter, counts.Values[meter]+count)
		}
		if meter == cacheWrite5m || meter == cacheWrite1h {
			counts.Set(cards.CacheWriteTokens, counts.Values[cards.CacheWriteTokens]+count)
		}
	}
	for _, whole := range [...]cards.Meter{cards.InputTokens, cards.OutputTokens} {
		if counts.Values[whole] > integerMax {
			r.found.refuse(cards.Meters[whole])
			counts.Clear()
			return
		}
	}
}

var cacheWrite5m, cacheWrite1h = cards.MustMeter("cache_write_5m_tokens"), cards.MustMeter("cache_write_1h_tokens")

func hasObject(usage jsonObject) bool {
	for _, field := range usage {
		if _, ok := field.value.(jsonObject); ok {
			return true
		}
	}
	return false
}

func wholeOfBucket(bucket string) cards.Meter {
	switch {
	case strings.Contains(bucket, "input"):
		return cards.InputTokens
	case strings.Contains(bucket, "output"):
		return cards.OutputTokens
	}
	return cards.NoMeter
}
