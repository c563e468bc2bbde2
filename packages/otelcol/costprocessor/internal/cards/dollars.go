package cards

import "math/big"

// Reported is a cost that somebody put on the span: a plain decimal of at most 18 places.
type Reported struct {
	Amount   string
	Currency string
}

// InDollars is a cost as the ledger adds it up.
type InDollars struct {
	Cost
	// Converted says that the lines are in another currency than the total.
	Converted bool
}

// Price is what a call costs in US dollars: what the provider reported in them, else the contracted price. A cost in another currency
// is converted by the rate of its instant, and unpriced without one. Lines are kept in `cost` from call to call.
func (c *Catalogue) Price(call *Call, reported Reported, cost *InDollars) {
	cost.Converted = false
	if amount, ok := reported.dollars(); ok {
		lines := append(cost.Lines[:0], Line{Meter: requests, Quantity: 1, Counted: 1, Amount: amount})
		cost.Cost = Cost{Status: ProviderReported, Total: amount, HasTotal: true, Currency: dollars, Lines: lines}
		return
	}
	c.price(c.contracted, call, &cost.Cost)
	if cost.Currency == dollars || !cost.HasTotal {
		return
	}
	cost.Converted = true
	rate := c.rateAt(cost.Currency, call.AtUs)
	if rate == nil {
		cost.Status, cost.Reason = Unpriced, "fx_missing:"+cost.Currency
		cost.Total, cost.HasTotal, cost.Currency = Amount{}, false, dollars
		return
	}
	cost.Total, cost.Currency = exchange(cost.Total, rate), dollars
}

func (r Reported) dollars() (Amount, bool) {
	if r.Currency != dollars {
		return Amount{}, false
	}
	value, err := parseDecimal(r.Amount)
	if err != nil {
		return Amount{}, false
	}
	return amountOf(divideHalfEven(value.Mul(value, new(big.Rat).SetInt64(attoPerUnit)))), true
}

// ByClass adds up the lines by the kind of thing that was charged.
func (c *Catalogue) ByClass(cost *Cost) (sums [ClassCount]Amount) {
	for at := range cost.Lines {
		own := c.classes[cost.Lines[at].Meter]
		sums[own] = sums[own].Add(cost.Lines[at].Amount)
	}
	return sums
}
