package cards

import (
	"math"
	"math/big"
	"slices"
	"time"
)

// Call is what a price is asked for.
type Call struct {
	Provider string
	// Model is the billed name, "" when nobody named one.
	Model         string
	Deployment    string
	HasDeployment bool
	Customer      string
	HasCustomer   bool
	// AtUs is the instant of the call in microseconds since 1970 UTC.
	AtUs        int64
	Counts      Counts
	Unavailable bool
	Estimated   bool
	Context     Context
}

// The statuses of a cost.
const (
	Priced           = "priced"
	Free             = "free"
	Partial          = "partial"
	Estimated        = "estimated"
	ProviderReported = "provider_reported"
	Unpriced         = "unpriced"
	Inconsistent     = "inconsistent"
	UsageMissing     = "usage_missing"
)

// Line is one charge of a cost.
type Line struct {
	Meter    Meter
	Quantity float64
	Counted  float64
	Above    float64
	Charge   *charge
	Amount   Amount
}

// Cost is what a call costs. An unknown total is absent with a reason, never zero.
type Cost struct {
	Status   string
	Reason   string
	Total    Amount
	HasTotal bool
	Currency string
	Card     *Name
	Match    string
	Lines    []Line
}

func (c *Cost) none(status, reason string) {
	*c = Cost{Status: status, Reason: reason, Currency: dollars, Lines: c.Lines[:0]}
}

// work is what pricing one call needs beside the call.
type work struct {
	counts     [MeterCount]float64
	leaves     [MeterCount]float64
	quantities [MeterCount]float64
	reported   uint64
}

// price works out what a call costs by one book, in the currency of its card.
func (c *Catalogue) price(b *book, call *Call, cost *Cost) {
	if call.Unavailable {
		cost.none(UsageMissing, "usage_unavailable")
		return
	}
	context := call.Context
	number, match, reason := c.resolve(b, call, &context)
	if reason != "" {
		cost.none(Unpriced, reason)
		return
	}
	card := &c.cards[number]
	period := card.at(call.AtUs)
	if period == nil {
		cost.none(Unpriced, "no_price_at_instant")
		if len(card.periods) == 0 {
			cost.Reason = "price_unknown"
		}
		cost.Card, cost.Currency, cost.Match = card.name, card.currency, match
		return
	}
	none := func(status, reason string) {
		cost.none(status, reason)
		cost.Card, cost.Currency, cost.Match = period.name, card.currency, match
	}
	if call.Counts.Invalid != NoMeter {
		// A total of the other counts would pass for the whole.
		none(UsageMissing, countInvalid[call.Counts.Invalid])
		return
	}
	w := work{counts: call.Counts.Values, reported: call.Counts.Present}
	contradicted, missing := c.settle(&w)
	way := period.pricesAt(call.AtUs).by(&context)
	rung, unstated := way.at(&w, &context)
	overlap := rung.split(&w)
	isClimbed := !way.isPrompt || !context.HasPrompt || context.Prompt > way.firstThreshold()
	cost.Lines = c.lines(&w, way, rung, isClimbed, cost.Lines[:0])
	if len(cost.Lines) == 0 {
		for meter, count := range w.counts {
			if count > 0 {
				none(Unpriced, rateMissing[meter])
				return
			}
		}
	}
	for at := range way.fees {
		fee := &way.fees[at]
		if counted := w.wholeOf(fee.meter); counted > 0 {
			cost.Lines = append(cost.Lines, lineOf(fee, fee.billed(counted), counted))
		}
	}
	total := Amount{}
	for at := range cost.Lines {
		total = total.Add(cost.Lines[at].Amount)
	}
	cost.Total, cost.HasTotal, cost.Currency, cost.Card, cost.Match = total, true, card.currency, period.name, match
	cost.Reason = ""
	switch gap := rung.firstGap(&w); {
	case contradicted != NoMeter:
		cost.Reason = partsExceedWhole[contradicted]
	case missing != NoMeter:
		cost.Reason = countMissing[missing]
	case overlap != NoMeter:
		cost.Reason = overlapUnreported[overlap]
	case gap != NoMeter:
		cost.Reason = rateMissing[gap]
	case rung.isFree:
	case way.gap != "":
		cost.Reason = way.gap
	case unstated || (way.isPrompt && context.HasPrompt && isClimbed && context.Prompt < w.counts[InputTokens]):
		cost.Reason = "context_unpriced:prompt_tokens"
	}
	switch {
	case contradicted != NoMeter:
		cost.Status = Inconsistent
	case cost.Reason != "":
		cost.Status = Partial
	case rung.isFree:
		cost.Status = Free
	case call.Estimated:
		cost.Status = Estimated
	default:
		cost.Status = Priced
	}
}

// resolve finds the card of a call, or says why there is none. A deployment's region holds where the call states none.
func (c *Catalogue) resolve(b *book, call *Call, context *Context) (number int, match, reason string) {
	p := b.providers[call.Provider]
	if p == nil {
		if p = b.providers[Lower(call.Provider)]; p == nil {
			return 0, "", "provider_unknown"
		}
	}
	model, called, isNamed := call.Model, "", false
	hasCalled := call.HasDeployment || model != ""
	if hasCalled && (len(p.deployments) > 0 || len(p.termDeployments) > 0) {
		called = call.Deployment
		if !call.HasDeployment {
			called = model
		}
		called = Lower(called)
		if target, ok := p.deployments[called]; ok {
			if model == "" || Lower(model) == called || p.id == "aws" {
				isNamed, model = true, target.Model
			}
			if target.Region != nil && context.Region == "" {
				context.Region = *target.Region
			}
		}
	}
	if model == "" {
		return 0, "", "model_missing"
	}
	group, hasGroup := 0, false
	if call.HasCustomer {
		group, hasGroup = b.customers[call.Customer]
	}
	found, ok := c.find(p, model, group, hasGroup)
	if !ok {
		return 0, "", "model_unknown"
	}
	if isNamed && found.match == "exact" {
		found.match = "alias"
	}
	if variants := p.variants[found.card]; len(variants) > 0 {
		isTerm := hasCalled && p.termDeployments[called]
		for _, one := range variants {
			fitsDeployment := (one.Deployment == nil && !isTerm) || (one.Deployment != nil && isTerm && *one.Deployment == called)
			fitsGroup := (one.Group == nil && !hasGroup) || (one.Group != nil && hasGroup && *one.Group == group)
			if fitsDeployment && fitsGroup {
				return one.Card, found.match, ""
			}
		}
	}
	return found.card, found.match, ""
}

func (c *Catalogue) find(p *provider, model string, group int, hasGroup bool) (found, bool) {
	if !hasGroup {
		return c.lookUp(p, &p.names, model)
	}
	list, hasList := p.lists[group]
	if own, ok := list.exact[model]; ok {
		return own, true
	}
	general, ok := c.lookUp(p, &p.names, model)
	if !hasList {
		return general, ok
	}
	if !ok {
		return c.lookUp(p, &list, model)
	}
	if own, ok := list.exact[c.cards[general.card].name.Model]; ok && own.match == "exact" {
		general.card = own.card
	}
	return general, true
}

func (c *card) at(us int64) *period {
	for at := range c.periods {
		period := &c.periods[at]
		if (period.fromUs == nil || us >= *period.fromUs) && (period.toUs == nil || us < *period.toUs) {
			return period
		}
	}
	return nil
}

func (p *period) pricesAt(us int64) *served {
	if len(p.windows) == 0 {
		return p.prices
	}
	local := time.UnixMicro(us).In(p.zone)
	minute := (int(local.Weekday())+6)%7*1440 + local.Hour()*60 + local.Minute()
	for at := range p.windows {
		for _, span := range p.windows[at].spans {
			if minute >= span[0] && minute < span[1] {
				return p.windows[at].prices
			}
		}
	}
	return p.prices
}

// settle makes counts consistent: a whole that was not counted is at least its parts, and one that is smaller than its parts is read
// as standing beside them.
func (c *Catalogue) settle(w *work) (contradicted, missing Meter) {
	contradicted, missing = NoMeter, NoMeter
	touched := w.reported
	for at := range c.wholes {
		whole := &c.wholes[at]
		if touched&whole.parts == 0 {
			continue
		}
		count, largest, excess := w.counts[whole.meter], 0.0, 0.0
		for _, group := range whole.groups {
			sum := 0.0
			for _, part := range group {
				sum += w.counts[part]
			}
			largest = math.Max(largest, sum)
			if sum > count {
				excess += sum
			}
		}
		if excess == 0 {
			continue
		}
		if w.reported&(1<<whole.meter) != 0 {
			w.counts[whole.meter] = count + excess
			if contradicted == NoMeter || whole.meter < contradicted {
				contradicted = whole.meter
			}
			continue
		}
		w.counts[whole.meter] = largest
		touched |= 1 << whole.meter
		if c.roots&(1<<whole.meter) != 0 && (missing == NoMeter || whole.meter < missing) {
			missing = whole.meter
		}
	}
	return contradicted, missing
}

func (y *way) at(w *work, context *Context) (*rung, bool) {
	for at := len(y.tiers) - 1; at >= 0; at-- {
		tier := &y.tiers[at]
		size := w.counts[tier.meter]
		if tier.meter == InputTokens && context.HasPrompt {
			size = context.Prompt
		}
		if size > tier.threshold || (tier.inclusive && size >= tier.threshold) {
			return &tier.rung, tier.unstated
		}
	}
	return &y.base, false
}

func (y *way) firstThreshold() float64 {
	if len(y.steps) == 0 {
		return 0
	}
	return y.steps[0].threshold
}

// split gives every token to the most specific rate that covers it, once. It says which whole has tokens that are two things at once.
func (r *rung) split(w *work) (overlap Meter) {
	overlap = NoMeter
	for at := range r.plan.nodes {
		node := &r.plan.nodes[at]
		leaf := w.counts[node.meter]
		for _, part := range node.below {
			leaf -= w.leaves[part]
		}
		if leaf < 0 {
			overlap = node.meter
			r.share(w, node.below, -leaf)
			leaf = 0
		}
		w.leaves[node.meter] = leaf
		if node.owner != NoMeter {
			w.quantities[node.owner] += leaf
		}
	}
	return overlap
}

// share takes the tokens that must be two things at once from the parts with the lowest rates.
func (r *rung) share(w *work, below []Meter, left float64) {
	var parts []*node
	for at := range r.plan.nodes {
		if slices.Contains(below, r.plan.nodes[at].meter) {
			parts = append(parts, &r.plan.nodes[at])
		}
	}
	slices.SortStableFunc(parts, func(a, b *node) int { return r.rankOf(a.owner) - r.rankOf(b.owner) })
	for _, part := range parts {
		taken := math.Min(left, w.leaves[part.meter])
		w.leaves[part.meter] -= taken
		if part.owner != NoMeter {
			w.quantities[part.owner] -= taken
		}
		left -= taken
	}
}

func (r *rung) rankOf(owner Meter) int {
	if owner == NoMeter {
		return -1
	}
	return r.charges[r.byMeter[owner]].rank
}

func (c *Catalogue) lines(w *work, y *way, r *rung, isClimbed bool, lines []Line) []Line {
	var starts [MeterCount]float64
	var inRow uint64
	if isClimbed && len(y.row) > 0 {
		position := 0.0
		for _, meter := range y.row {
			starts[meter] = position
			inRow |= 1 << meter
			if counted := c.quantityOf(w, meter); counted > 0 {
				position += r.charges[r.byMeter[meter]].billed(counted)
			}
		}
	}
	for at := range r.charges {
		charge := &r.charges[at]
		counted := c.quantityOf(w, charge.meter)
		if counted <= 0 {
			continue
		}
		quantity := charge.billed(counted)
		if inRow&(1<<charge.meter) == 0 {
			lines = append(lines, lineOf(charge, quantity, counted))
			continue
		}
		start, first := starts[charge.meter], len(lines)
		for number := 0; number <= len(y.steps); number++ {
			own, above, until := charge, 0.0, math.Inf(1)
			if number > 0 {
				own, above = y.steps[number-1].charges[charge.meter], y.steps[number-1].threshold
			}
			if number < len(y.steps) {
				until = y.steps[number].threshold
			}
			from, to := math.Max(start, above), math.Min(start+quantity, until)
			if to <= from {
				continue
			}
			piece := difference(to, from)
			shown := piece
			if len(lines) == first && quantity != counted {
				shown = counted
			}
			line := lineOf(own, piece, shown)
			line.Above = above
			lines = append(lines, line)
		}
	}
	return lines
}

// difference is exact in decimal: 10.3 seconds less 10 are 0.3, which doubles miss.
func difference(a, b float64) float64 {
	if a == math.Trunc(a) && b == math.Trunc(b) {
		return a - b
	}
	value, _ := new(big.Rat).Sub(ratOf(a), ratOf(b)).Float64()
	return value
}

func (c *Catalogue) quantityOf(w *work, meter Meter) float64 {
	if c.tokens[meter] {
		return w.quantities[meter]
	}
	return w.wholeOf(meter)
}

// wholeOf is the count of a meter; a priced call is one request, whether the provider counts it or not.
func (w *work) wholeOf(meter Meter) float64 {
	if meter == requests && w.reported&(1<<requests) == 0 {
		return 1
	}
	return w.counts[meter]
}

// billed is whole steps, begun ones included, and no fewer than the minimum.
func (c *charge) billed(counted float64) float64 {
	if c.increment == 0 && c.minimum == 0 {
		return counted
	}
	if c.increment != 0 {
		if rest := math.Mod(counted, c.increment); rest != 0 {
			counted = counted - rest + c.increment
		}
	}
	return math.Max(counted, c.minimum)
}

func lineOf(c *charge, quantity, counted float64) Line {
	return Line{Meter: c.meter, Quantity: quantity, Counted: counted, Charge: c, Amount: c.amount(quantity)}
}

// firstGap is the first meter, in their order, that costs money but has no price of its own.
func (r *rung) firstGap(w *work) Meter {
	first := NoMeter
	lower := func(meter Meter) {
		if first == NoMeter || meter < first {
			first = meter
		}
	}
	for at := range r.plan.nodes {
		node := &r.plan.nodes[at]
		if node.owner == NoMeter && w.leaves[node.meter] > 0 {
			lower(node.meter)
		}
	}
	if gaps := r.plan.gaps & w.reported; gaps != 0 {
		for meter := Meter(0); int(meter) < MeterCount; meter++ {
			if gaps&(1<<meter) != 0 && w.counts[meter] > 0 {
				lower(meter)
				break
			}
		}
	}
	return first
}

func (c *Catalogue) rateAt(currency string, us int64) *fxRate {
	rates := c.fx[currency]
	for at := range rates {
		if rate := &rates[at]; (rate.fromUs == nil || *rate.fromUs <= us) && (rate.toUs == nil || us < *rate.toUs) {
			return rate
		}
	}
	return nil
}

func exchange(amount Amount, rate *fxRate) Amount {
	return amountOf(divideHalfEven(new(big.Rat).Mul(new(big.Rat).SetInt(amount.Int()), rate.rate)))
}

// SpellingOf is the catalogue's name of a provider; a name that nobody knows is its own, in lower case.
func (c *Catalogue) SpellingOf(provider string) string {
	if id, ok := c.spellings[provider]; ok {
		return id
	}
	lower := Lower(provider)
	if id, ok := c.spellings[lower]; ok {
		return id
	}
	return lower
}
