package costprocessor

import (
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/metadata"
	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/spans"
)

func nopSettings() processor.Settings { return processortest.NewNopSettings(metadata.Type) }

func readOne(p *costProcessor, resource ptrace.ResourceSpans, span ptrace.Span, d *desk) spans.Kind {
	scope := spans.Scope{
		Resource: resource.Resource().Attributes(), WithCustomer: p.prices.catalogue.Load().HasCustomers(),
	}
	return d.reader.Read(span, &scope, &d.call)
}
