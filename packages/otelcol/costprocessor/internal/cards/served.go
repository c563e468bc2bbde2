package cards

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const axisCount = 5

// axisNames are the ways of being served that have prices, in their order.
var axisNames = [axisCount]string{"service_tier", "batch", "speed", "region", "variant"}

const (
	axisTier = iota
	axisBatch
	axisSpeed
	axisRegion
	axisVariant
)

// Context is how a call was served. "" is what nobody stated.
type Context struct {
	ServiceTier, Speed, Region, Variant string
	Batch                               bool
	// Prompt is the size of one prompt where the counts are of several; HasPrompt says that it was stated.
	Prompt    float64
	HasPrompt bool
}

// period is the prices of a card from one instant, included, to another, not included.
type period struct {
	name         *Name
	fromUs, toUs *int64
	zone         *time.Location
	prices       *served
	windows      []window
}

type window struct {
	spans  [][2]int
	prices *served
}

type terms struct {
	multipliers []multiplierJSON
	standard    whenJSON
	ratios      []factor
	fees        []charge
}

// factor is what a price is multiplied by, and for which classes.
type factor struct {
	Name    string
	Factor  string
	value   *big.Rat
	classes [ClassCount]bool
}

// served is the rates of a period or a window for every way of being served. The plain way is compiled when the catalogue is loaded,
// another one when the first call comes by it: there are as many as the card names values.
type served struct {
	plain  *way
	loader *loader
	set    *setJSON
	terms  *terms
	axes   [axisCount]axis
	mutex  sync.Mutex
	ways   atomic.Pointer[map[[axisCount]uint16]*way]
}

// axis is the values of one axis that matter, by number: 0 is plain, 1 is unknown to the card.
type axis struct {
	codes  map[string]uint16
	values []string
	other  uint16
}

const (
	codePlain   = 0
	codeUnknown = 1
	codeFirst   = 2
)

// way is the rates that hold for one way of being served.
type way struct {
	base     rung
	tiers    []tier
	row      []Meter
	steps    []step
	isPrompt bool
	fees     []charge
	gap      string
}

type tier struct {
	meter     Meter
	threshold float64
	inclusive bool
	unstated  bool
	rung      rung
}

type step struct {
	threshold float64
	charges   [MeterCount]*charge
}

// rung is the rates of one size of prompt.
type rung struct {
	plan    *plan
	charges []charge
	byMeter [MeterCount]int8
	isFree  bool
}

// charge is the price of one meter with all that it is multiplied by.
type charge struct {
	meter              Meter
	rate               string
	per                int64
	increment, minimum float64
	factors            []factor
	fee                string
	// atto is the price of one unit where that is a whole number of 10^-18; else exact holds it.
	atto  uint64
	exact *big.Rat
	// rank orders the charges of a rung by price; equal prices have one rank.
	rank int
}

func (l *loader) terms(listed *periodJSON) (*terms, error) {
	t := &terms{multipliers: listed.Multipliers, standard: listed.Standard}
	for _, one := range listed.Ratios {
		added, err := factorOf(one.Name, one.Factor, one.Classes)
		if err != nil {
			return nil, err
		}
		t.ratios = append(t.ratios, added)
	}
	for _, one := range listed.Multipliers {
		if _, err := factorOf("", one.Factor, one.Classes); err != nil {
			return nil, err
		}
	}
	for _, one := range listed.Fees {
		meter, err := l.meter(one.Meter)
		if err != nil {
			return nil, err
		}
		var factors []factor
		for _, listed := range one.Multipliers {
			added, err := factorOf(listed.Name, listed.Factor, nil)
			if err != nil {
				return nil, err
			}
			factors = append(factors, added)
		}
		fee, err := chargeOf(meter, one.rateJSON, factors)
		if err != nil {
			return nil, err
		}
		fee.fee = one.Name
		t.fees = append(t.fees, fee)
	}
	return t, nil
}

func factorOf(name, text string, classes []string) (factor, error) {
	value, err := parseDecimal(text)
	if err != nil {
		return factor{}, fmt.Errorf("the factor %s: %w", name, err)
	}
	added := factor{Name: name, Factor: text, value: value}
	for _, class := range classes {
		if at := slices.Index(classNames[:], class); at >= 0 {
			added.classes[at] = true
		}
	}
	return added, nil
}

var tokenClasses = classNames[:classOther]

func (l *loader) served(set *setJSON, t *terms) (*served, error) {
	s := &served{loader: l, set: set, terms: t}
	for at := range axisNames {
		s.axes[at] = l.axis(at, set, t)
	}
	var err error
	if s.plain, err = s.compile([axisCount]uint16{}); err != nil {
		return nil, err
	}
	// Every cell must compile, so that a call never meets a mistake.
	for at := range set.Cells {
		if _, err := s.wayOf(&set.Cells[at].ladderJSON, t.ratios); err != nil {
			return nil, fmt.Errorf("cell %d: %w", at, err)
		}
	}
	return s, nil
}

func (l *loader) axis(at int, set *setJSON, t *terms) axis {
	name := axisNames[at]
	own := axis{codes: map[string]uint16{}}
	for _, value := range l.catalogue.standard[at] {
		own.codes[value] = codePlain
	}
	for _, value := range t.standard[name] {
		own.codes[value] = codePlain
	}
	add := func(when whenJSON) {
		for _, value := range when[name] {
			if !slices.Contains(own.values, value) {
				own.codes[value] = codeFirst + uint16(len(own.values))
				own.values = append(own.values, value)
			}
		}
	}
	for _, cell := range set.Cells {
		add(cell.When)
	}
	for _, multiplier := range t.multipliers {
		add(multiplier.When)
	}
	// A region is a price axis at some providers and a mere fact at others, and so is a variant.
	_, isNamed := t.standard[name]
	isFact := (at == axisRegion || at == axisVariant) && len(own.values) == 0 && !isNamed
	if any, ok := own.codes["*"]; ok {
		own.other = any
	} else if !isFact {
		own.other = codeUnknown
	}
	return own
}

func (a *axis) codeOf(value string) uint16 {
	if value == "" {
		return codePlain
	}
	if code, ok := a.codes[value]; ok {
		return code
	}
	if code, ok := a.codes[Lower(value)]; ok {
		return code
	}
	return a.other
}

// by finds the rates for how a call was served.
func (s *served) by(context *Context) *way {
	if context.ServiceTier == "" && context.Speed == "" && context.Region == "" && context.Variant == "" && !context.Batch {
		return s.plain
	}
	codes := [axisCount]uint16{
		axisTier:    s.axes[axisTier].codeOf(context.ServiceTier),
		axisSpeed:   s.axes[axisSpeed].codeOf(context.Speed),
		axisRegion:  s.axes[axisRegion].codeOf(context.Region),
		axisVariant: s.axes[axisVariant].codeOf(context.Variant),
	}
	if context.Batch || strings.EqualFold(context.ServiceTier, "batch") {
		codes[axisBatch] = codeUnknown
		if code, ok := s.axes[axisBatch].codes["true"]; ok {
			codes[axisBatch] = code
		}
	}
	if codes == ([axisCount]uint16{}) {
		return s.plain
	}
	if known := s.ways.Load(); known != nil {
		if way, ok := (*known)[codes]; ok {
			return way
		}
	}
	return s.add(codes)
}

func (s *served) add(codes [axisCount]uint16) *way {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	ways := map[[axisCount]uint16]*way{}
	if known := s.ways.Load(); known != nil {
		for key, way := range *known {
			ways[key] = way
		}
	}
	if way, ok := ways[codes]; ok {
		return way
	}
	added, err := s.compile(codes)
	if err != nil {
		// All rates, cells and factors were compiled when the catalogue was loaded.
		added = s.plain
	}
	ways[codes] = added
	s.ways.Store(&ways)
	return added
}

func (s *served) compile(codes [axisCount]uint16) (*way, error) {
	gap := ""
	active := [axisCount]string{}
	for at, code := range codes {
		if code == codeUnknown && gap == "" {
			gap = "context_unpriced:" + axisNames[at]
		} else if code >= codeFirst {
			active[at] = s.axes[at].values[code-codeFirst]
		}
	}
	cell := bestCell(s.set.Cells, active)
	var factors []factor
	for at, value := range active {
		if value == "" || (cell != nil && cell.When[axisNames[at]] != nil) {
			continue
		}
		label, isPriced := axisNames[at], false
		if at != axisBatch {
			label += ":" + value
		}
		for _, multiplier := range s.terms.multipliers {
			if !slices.Contains(multiplier.When[axisNames[at]], value) {
				continue
			}
			classes := multiplier.Classes
			if classes == nil {
				classes = tokenClasses
			}
			added, err := factorOf(label, multiplier.Factor, classes)
			if err != nil {
				return nil, err
			}
			factors, isPriced = append(factors, added), true
		}
		if !isPriced && gap == "" {
			gap = "context_unpriced:" + axisNames[at]
		}
	}
	factors = append(factors, s.terms.ratios...)
	ladder := &s.set.ladderJSON
	if cell != nil {
		ladder = &cell.ladderJSON
	}
	added, err := s.wayOf(ladder, factors)
	if err != nil {
		return nil, err
	}
	added.gap = gap
	return added, nil
}

// bestCell is the cell whose axes are all active and that has most of them; of several the one whose axes stand first.
func bestCell(cells []cellJSON, active [axisCount]string) *cellJSON {
	var best *cellJSON
	heaviest := 0
	for at := range cells {
		weight, fits := 0, true
		for axis, name := range axisNames {
			wanted, isNamed := cells[at].When[name]
			if !isNamed {
				continue
			}
			weight += 100 - axis
			fits = fits && active[axis] != "" && slices.Contains(wanted, active[axis])
		}
		if fits && (best == nil || weight > heaviest) {
			best, heaviest = &cells[at], weight
		}
	}
	return best
}

func (s *served) wayOf(ladder *ladderJSON, factors []factor) (*way, error) {
	l := s.loader
	added := &way{fees: s.terms.fees}
	var err error
	if added.row, err = l.meterList(ladder.Row); err != nil {
		return nil, err
	}
	added.isPrompt = slices.Contains(added.row, InputTokens)
	isFree := true
	for _, fee := range added.fees {
		isFree = isFree && fee.isZero()
	}
	for _, listed := range ladder.Steps {
		own := step{threshold: listed.Threshold}
		for name, rate := range listed.Rates {
			meter, err := l.meter(name)
			if err != nil {
				return nil, err
			}
			charge, err := l.charge(meter, rate, factors)
			if err != nil {
				return nil, err
			}
			own.charges[meter] = &charge
			isFree = isFree && charge.isZero()
		}
		for _, meter := range added.row {
			if own.charges[meter] == nil {
				return nil, fmt.Errorf("a step has no rate for %s", Meters[meter])
			}
		}
		added.steps = append(added.steps, own)
	}
	if added.base, err = l.rung(ladder.Plan, ladder.Rates, factors, isFree); err != nil {
		return nil, err
	}
	for _, meter := range added.row {
		if added.base.byMeter[meter] < 0 {
			return nil, fmt.Errorf("the row has no rate for %s", Meters[meter])
		}
	}
	for _, listed := range ladder.Tiers {
		own := tier{threshold: listed.Threshold, inclusive: listed.Inclusive, unstated: listed.Unstated}
		if own.meter, err = l.meter(listed.Meter); err != nil {
			return nil, err
		}
		if own.rung, err = l.rung(listed.Plan, listed.Rates, factors, isFree); err != nil {
			return nil, err
		}
		added.tiers = append(added.tiers, own)
	}
	return added, nil
}

func (l *loader) rung(number int, rates ratesJSON, factors []factor, isFree bool) (rung, error) {
	if number < 0 || number >= len(l.catalogue.plans) {
		return rung{}, fmt.Errorf("there is no plan %d; write it anew with `costspan cards compile`", number)
	}
	added := rung{plan: &l.catalogue.plans[number], isFree: isFree && len(rates) > 0}
	for name := range rates {
		if _, err := l.meter(name); err != nil {
			return rung{}, err
		}
	}
	for at, name := range Meters {
		added.byMeter[at] = -1
		rate, ok := rates[name]
		if !ok {
			continue
		}
		charge, err := l.charge(Meter(at), rate, factors)
		if err != nil {
			return rung{}, err
		}
		added.byMeter[at] = int8(len(added.charges))
		added.charges = append(added.charges, charge)
		added.isFree = added.isFree && charge.isZero()
	}
	for _, node := range added.plan.nodes {
		if node.owner != NoMeter && added.byMeter[node.owner] < 0 {
			return rung{}, fmt.Errorf("plan %d gives tokens to %s, which has no rate", number, Meters[node.owner])
		}
	}
	for at := range added.charges {
		for other := range added.charges {
			if added.charges[other].unit().Cmp(added.charges[at].unit()) < 0 {
				added.charges[at].rank++
			}
		}
	}
	return added, nil
}

func (l *loader) charge(meter Meter, rate rateJSON, factors []factor) (charge, error) {
	var own []factor
	for _, factor := range factors {
		if factor.classes[l.catalogue.classes[meter]] {
			own = append(own, factor)
		}
	}
	return chargeOf(meter, rate, own)
}

var attoRat = new(big.Rat).SetInt64(attoPerUnit)

func chargeOf(meter Meter, rate rateJSON, factors []factor) (charge, error) {
	price, err := parseDecimal(rate.Price)
	if err != nil || rate.Per <= 0 {
		return charge{}, fmt.Errorf("the rate of %s, %q for %d, is none", Meters[meter], rate.Price, rate.Per)
	}
	unit := new(big.Rat).Mul(price, attoRat)
	for _, factor := range factors {
		unit.Mul(unit, factor.value)
	}
	unit.Quo(unit, new(big.Rat).SetInt64(rate.Per))
	added := charge{
		meter: meter, rate: rate.Price, per: rate.Per, increment: rate.Increment, minimum: rate.Minimum, factors: factors,
	}
	if unit.IsInt() && unit.Num().IsUint64() {
		added.atto = unit.Num().Uint64()
	} else {
		added.exact = unit
	}
	return added, nil
}

func (c *charge) unit() *big.Rat {
	if c.exact != nil {
		return c.exact
	}
	return new(big.Rat).SetInt(new(big.Int).SetUint64(c.atto))
}

func (c *charge) isZero() bool { return c.exact == nil && c.atto == 0 }

// amount is rounded once, half to even, where the price of the quantity does not end within 10^-18.
func (c *charge) amount(quantity float64) Amount {
	if c.exact == nil && quantity < 1<<63 {
		if whole := uint64(quantity); float64(whole) == quantity {
			return times(whole, c.atto)
		}
	}
	return amountOf(divideHalfEven(new(big.Rat).Mul(ratOf(quantity), c.unit())))
}
