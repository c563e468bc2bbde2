package spans

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// fact is a text that decides a price or what a span is.
type fact uint8

const (
	provider fact = iota
	operation
	requestModel
	responseModel
	serviceTier
	speed
	region
	outcome
	usageStatus
	serverAddress
	factCount int = iota
)

// slotsMax is how many facts and meters a table may have.
const slotsMax = 40

// factNames and meterNames say which attributes carry a fact or a count, the one that wins first.
type factNames [factCount][]string

type meterNames []namedMeter

type namedMeter struct {
	meter string
	names []string
}

// table reads facts and counts from attributes by their names in one pass.
type table struct {
	places map[string]place
	meters []cards.Meter
}

type place struct{ slot, rank uint8 }

func tableOf(facts factNames, meters meterNames) *table {
	t := &table{places: map[string]place{}}
	for slot, names := range facts {
		for rank, name := range names {
			t.places[name] = place{uint8(slot), uint8(rank)}
		}
	}
	for at, one := range meters {
		t.meters = append(t.meters, cards.MustMeter(one.meter))
		for rank, name := range one.names {
			t.places[name] = place{uint8(factCount + at), uint8(rank)}
		}
	}
	if factCount+len(meters) > slotsMax {
		panic("a table has too many meters")
	}
	return t
}

// facts is what a table found on a span.
type facts struct {
	texts  [factCount]string
	counts cards.Counts
	// invalid is where the first count that is none belonged; "" when all are counts. unknown is the first meter that nobody knows.
	invalid, unknown       string
	hasInvalid, hasUnknown bool
}

// read is told of every attribute that is not in the table through `other`, which may be nil.
func (t *table) read(attributes pcommon.Map, found *facts, other func(string, pcommon.Value)) {
	*found = facts{}
	found.counts.Clear()
	var values [slotsMax]pcommon.Value
	var ranks [slotsMax]uint8
	var filled uint64
	for name, value := range attributes.All() {
		at, ok := t.places[name]
		if !ok {
			if other != nil {
				other(name, value)
			}
			continue
		}
		if filled&(1<<at.slot) != 0 && ranks[at.slot] <= at.rank {
			continue
		}
		if int(at.slot) < factCount {
			text := factText(value)
			if text == "" {
				continue
			}
			found.texts[at.slot] = text
		}
		values[at.slot], ranks[at.slot] = value, at.rank
		filled |= 1 << at.slot
	}
	for at, meter := range t.meters {
		if slot := factCount + at; filled&(1<<slot) != 0 {
			found.take(meter, values[slot])
		}
	}
}

// take adds a count, or remembers that it was none.
func (f *facts) take(meter cards.Meter, value pcommon.Value) {
	count, ok := countOf(value, meter)
	f.takeNumber(meter, count, ok)
}

func (f *facts) takeNumber(meter cards.Meter, count float64, ok bool) {
	if ok {
		f.counts.Set(meter, count)
	} else {
		f.refuse(cards.Meters[meter])
	}
}

func (f *facts) refuse(meter string) {
	if !f.hasInvalid {
		f.invalid, f.hasInvalid = meter, true
	}
}

// model is what answered, else what was asked for.
func (f *facts) model() string {
	if f.texts[responseModel] != "" {
		return f.texts[responseModel]
	}
	return f.texts[requestModel]
}

// names are lists joined: those of the dialect before or after those of the conventions.
func names(lists ...[]string) (joined []string) {
	for _, list := range lists {
		joined = append(joined, list...)
	}
	return joined
}
