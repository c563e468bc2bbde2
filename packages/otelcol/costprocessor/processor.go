package costprocessor

import (
	"context"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/metadata"
	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/spans"
)

// costProcessor writes costs onto spans. A batch is priced by one catalogue, whatever takes its place meanwhile.
type costProcessor struct {
	config    *Config
	telemetry *metadata.Telemetry
	prices    priceFile
	desks     sync.Pool
}

// desk is what pricing a batch needs beside the batch, kept from batch to batch.
type desk struct {
	reader spans.Reader
	call   spans.Call
	priced cards.Call
	cost   cards.InDollars
	batch  metadata.Batch
}

func newCostProcessor(set processor.Settings, config *Config) (*costProcessor, error) {
	telemetry, err := metadata.NewTelemetry(set.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &costProcessor{
		config:    config,
		telemetry: telemetry,
		prices: priceFile{
			path: config.Cards, interval: config.ReloadInterval, logger: set.Logger, telemetry: telemetry,
		},
		desks: sync.Pool{New: func() any { return &desk{batch: metadata.Batch{Calls: map[metadata.Outcome]metadata.Sum{}}} }},
	}, nil
}

func (p *costProcessor) start(ctx context.Context, _ component.Host) error {
	return p.prices.start(ctx)
}

func (p *costProcessor) shutdown(context.Context) error {
	p.prices.shutdown()
	return nil
}

func (p *costProcessor) processTraces(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
	catalogue := p.prices.catalogue.Load()
	d := p.desks.Get().(*desk)
	d.batch.Clear()
	for _, resource := range traces.ResourceSpans().All() {
		scope := spans.Scope{Resource: resource.Resource().Attributes(), WithCustomer: catalogue.HasCustomers()}
		for _, listed := range resource.ScopeSpans().All() {
			scope.Name = listed.Scope().Name()
			for _, span := range listed.Spans().All() {
				kind := d.reader.Read(span, &scope, &d.call)
				d.batch.Spans[kind]++
				if kind == spans.Billable {
					d.price(catalogue)
					d.batch.Call(&d.cost.Cost)
					p.write(span.Attributes(), catalogue, d)
				}
			}
		}
	}
	p.telemetry.Record(ctx, &d.batch)
	p.desks.Put(d)
	return traces, nil
}

// price works out what the call on the desk costs. Where a count could not be read, a total of the others would pass for the whole, so
// there is none; a meter that nobody knows makes the cost partial.
func (d *desk) price(catalogue *cards.Catalogue) {
	call, priced := &d.call, &d.priced
	*priced = cards.Call{
		Provider: call.Provider, AtUs: call.AtUs, Counts: call.Counts, Context: call.Context,
		Customer: call.Customer, HasCustomer: call.HasCustomer,
		Unavailable: call.UsageStatus == "unavailable", Estimated: call.UsageStatus == "estimated",
	}
	setBilledNames(catalogue, call, priced)
	cost := &d.cost
	catalogue.Price(priced, call.Reported, cost)
	if cost.Status == cards.ProviderReported {
		return
	}
	if call.HasInvalidCount {
		*cost = cards.InDollars{Cost: cards.Cost{
			Status: cards.UsageMissing, Reason: "count_invalid:" + call.InvalidCount, Currency: cost.Currency, Lines: cost.Lines[:0],
		}}
	} else if call.HasUnknownMeter && cost.HasTotal {
		cost.Status, cost.Reason = cards.Partial, "meter_unknown"
		if isMeterName(call.UnknownMeter) {
			cost.Reason = "meter_unknown:" + call.UnknownMeter
		}
	}
}

// isMeterName says whether a name from outside looks like one: only then it is repeated.
func isMeterName(name string) bool {
	if name == "" || len(name) > 64 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for at := range len(name) {
		if char := name[at]; char != '_' && (char < 'a' || char > 'z') && (char < '0' || char > '9') {
			return false
		}
	}
	return true
}
