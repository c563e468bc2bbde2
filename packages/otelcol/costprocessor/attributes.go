package costprocessor

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// The attributes that are written, named as in packages/usage/src/attributes.ts.
const (
	billableName    = "costspan.billable"
	usageStatusName = "costspan.usage.status"
	outcomeName     = "costspan.outcome"
	statusName      = "costspan.cost.status"
	reasonName      = "costspan.cost.reason"
	cardName        = "costspan.cost.card"
	versionName     = "costspan.cost.version"
	totalName       = "costspan.cost.total"
	totalExactName  = "costspan.cost.total_exact"
	currencyName    = "costspan.cost.currency"
	writtenMax      = 14
)

var classNames = [cards.ClassCount]string{
	"costspan.cost.input", "costspan.cost.cache_read", "costspan.cost.cache_write", "costspan.cost.output", "costspan.cost.other",
}

// write puts the cost on the span: the exact total as text, its nearest double and those of its classes for charts, and where they come
// from. What is there already stays.
func (p *costProcessor) write(attributes pcommon.Map, catalogue *cards.Catalogue, d *desk) {
	cost := &d.cost
	attributes.EnsureCapacity(attributes.Len() + writtenMax)
	if _, has := attributes.Get(billableName); !has {
		attributes.PutBool(billableName, true)
	}
	putIfAbsent(attributes, usageStatusName, d.call.UsageStatus)
	putIfAbsent(attributes, outcomeName, d.call.Outcome)
	attributes.PutStr(statusName, cost.Status)
	if cost.Reason != "" {
		attributes.PutStr(reasonName, cost.Reason)
	}
	if cost.Card != nil {
		attributes.PutStr(cardName, cost.Card.Title)
		attributes.PutStr(versionName, cost.Card.Version)
	}
	if !cost.HasTotal {
		return
	}
	attributes.PutDouble(totalName, cost.Total.Double())
	attributes.PutStr(totalExactName, cost.Total.String())
	attributes.PutStr(currencyName, cost.Currency)
	// Lines of another currency are not dollars, and each converted by itself they would not sum to the total.
	if cost.Converted || !p.config.ClassCosts {
		return
	}
	for class, amount := range catalogue.ByClass(&cost.Cost) {
		if !amount.IsZero() {
			attributes.PutDouble(classNames[class], amount.Double())
		}
	}
}

func putIfAbsent(attributes pcommon.Map, name, value string) {
	if _, has := attributes.Get(name); !has {
		attributes.PutStr(name, value)
	}
}
