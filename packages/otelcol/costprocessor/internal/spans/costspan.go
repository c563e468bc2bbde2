package spans

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

const meterPrefix = "costspan.meter."

var costspanTable = tableOf(genAiFacts.with(map[fact][]string{
	provider:    {"gen_ai.provider.name"},
	serviceTier: names([]string{"costspan.context.service_tier"}, genAiFacts[serviceTier]),
	speed:       {"costspan.context.speed"},
	region:      {"costspan.context.region"},
	outcome:     {"costspan.outcome"},
	usageStatus: {"costspan.usage.status"},
}), meterNames{
	{"input_tokens", []string{"gen_ai.usage.input_tokens"}},
	{"output_tokens", []string{"gen_ai.usage.output_tokens"}},
	{"cache_read_tokens", []string{"gen_ai.usage.cache_read.input_tokens"}},
	{"cache_write_tokens", []string{"gen_ai.usage.cache_write.input_tokens"}},
	{"output_reasoning_tokens", []string{"gen_ai.usage.reasoning.output_tokens"}},
})

// readCostspan reads spans of @costspan/instrumentation: the conventions' names, and ours for every meter and axis they lack.
func readCostspan(r *reading) {
	hasOthers := false
	costspanTable.read(r.attributes, &r.found, func(name string, _ pcommon.Value) {
		hasOthers = hasOthers || strings.HasPrefix(name, meterPrefix)
	})
	if hasOthers {
		for name, value := range r.attributes.All() {
			if own, ok := strings.CutPrefix(name, meterPrefix); ok {
				r.takeOurs(own, value)
			}
		}
	}
	r.fill()
	call := r.call
	if call.UsageStatus == "reported" && r.found.texts[usageStatus] == "estimated" {
		call.UsageStatus = "estimated"
	}
	switch stated := r.found.texts[outcome]; stated {
	case "ok", "error", "cancelled", "truncated", "abandoned":
		call.Outcome = stated
	}
	call.Context.Batch, _ = booleanAt(r.attributes, "costspan.context.batch")
	if size, ok := r.attributes.Get("costspan.context.prompt_tokens"); ok {
		if number, ok := numberOf(size); ok && cards.IsCount(number, cards.InputTokens) {
			call.Context.Prompt, call.Context.HasPrompt = number, true
		}
	}
}

func (r *reading) takeOurs(name string, value pcommon.Value) {
	if meter, known := cards.MeterOf(name); known {
		r.found.take(meter, value)
	} else if !r.found.hasUnknown {
		r.found.unknown, r.found.hasUnknown = name, true
	}
}
