// Package metadata holds the component's type and its own metrics, as metadata.yaml describes them.
package metadata

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// Type is the name under which a configuration knows the component.
var Type = component.MustNewType("costspan")

const (
	// ScopeName names the meter and tracer of the component.
	ScopeName = "github.com/costspan/costspan/packages/otelcol/costprocessor"
	// TracesStability is how much may still change.
	TracesStability = component.StabilityLevelDevelopment
)

// Kinds are what a span can be, in the order of spans.Kind.
var Kinds = [...]string{"other", "context", "costed", "rejected", "billable"}

// Telemetry counts what the processor does.
type Telemetry struct {
	spans, calls, reloads metric.Int64Counter
	cost                  metric.Float64Counter
	cards, refused        metric.Int64Gauge
	kinds                 [len(Kinds)]metric.MeasurementOption
	loaded, notLoaded     metric.MeasurementOption
}

// NewTelemetry makes the instruments.
func NewTelemetry(settings component.TelemetrySettings) (*Telemetry, error) {
	meter := settings.MeterProvider.Meter(ScopeName)
	t := &Telemetry{loaded: of("outcome", "loaded"), notLoaded: of("outcome", "refused")}
	for at, kind := range Kinds {
		t.kinds[at] = of("kind", kind)
	}
	var errs [6]error
	t.spans, errs[0] = meter.Int64Counter("otelcol_processor_costspan_spans",
		metric.WithDescription("Spans by what they were to the processor. [Development]"), metric.WithUnit("{spans}"))
	t.calls, errs[1] = meter.Int64Counter("otelcol_processor_costspan_calls",
		metric.WithDescription("LLM calls that were given a cost or the reason why they have none. [Development]"), metric.WithUnit("{calls}"))
	t.reloads, errs[2] = meter.Int64Counter("otelcol_processor_costspan_reloads",
		metric.WithDescription("Changed card files that were read. [Development]"), metric.WithUnit("{files}"))
	t.cards, errs[3] = meter.Int64Gauge("otelcol_processor_costspan_cards",
		metric.WithDescription("Price cards in the catalogue that is in force. [Development]"), metric.WithUnit("{cards}"))
	t.refused, errs[4] = meter.Int64Gauge("otelcol_processor_costspan_cards_refused",
		metric.WithDescription("1 while the card file on disk is refused and the last good catalogue is in force. [Development]"), metric.WithUnit("1"))
	t.cost, errs[5] = meter.Float64Counter("otelcol_processor_costspan_cost",
		metric.WithDescription("What the calls cost, before any sampling; the exact sums are in the ledger. [Development]"), metric.WithUnit("{USD}"))
	return t, errors.Join(errs[:]...)
}

func of(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

// Outcome is how calls ended: a status, and the class of the reason.
type Outcome struct{ Status, Reason string }

// Batch is what one batch of spans came to.
type Batch struct {
	Spans [len(Kinds)]int64
	Calls map[Outcome]Sum
}

// Sum is what calls of one outcome add up to.
type Sum struct {
	Calls int64
	Cost  cards.Amount
}

// Call counts a call. What stands behind the colon of a reason comes from outside or names a meter: only the class is a label.
func (b *Batch) Call(cost *cards.Cost) {
	reason := cost.Reason
	if colon := strings.IndexByte(reason, ':'); colon >= 0 {
		reason = reason[:colon]
	}
	outcome := Outcome{cost.Status, reason}
	sum := b.Calls[outcome]
	sum.Calls++
	if cost.HasTotal {
		sum.Cost = sum.Cost.Add(cost.Total)
	}
	b.Calls[outcome] = sum
}

// Clear makes the batch one of no spans.
func (b *Batch) Clear() {
	b.Spans = [len(Kinds)]int64{}
	clear(b.Calls)
}

// Record adds a batch.
func (t *Telemetry) Record(ctx context.Context, batch *Batch) {
	for at, count := range batch.Spans {
		if count > 0 {
			t.spans.Add(ctx, count, t.kinds[at])
		}
	}
	for outcome, sum := range batch.Calls {
		labels := metric.WithAttributes(attribute.String("status", outcome.Status), attribute.String("reason", outcome.Reason))
		t.calls.Add(ctx, sum.Calls, labels)
		if !sum.Cost.IsZero() {
			t.cost.Add(ctx, sum.Cost.Double(), labels)
		}
	}
}

// Loaded says that a catalogue of so many cards is in force.
func (t *Telemetry) Loaded(ctx context.Context, cards int) {
	t.reloads.Add(ctx, 1, t.loaded)
	t.cards.Record(ctx, int64(cards))
	t.refused.Record(ctx, 0)
}

// Refused says that a changed card file is not used.
func (t *Telemetry) Refused(ctx context.Context) {
	t.reloads.Add(ctx, 1, t.notLoaded)
	t.refused.Record(ctx, 1)
}
