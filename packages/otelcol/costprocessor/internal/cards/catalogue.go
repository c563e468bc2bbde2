// Package cards prices calls by a compiled catalogue, to the last digit as the engine that wrote it does. The steps are those of
// packages/pricing/schema/compiled.md. Everything is indexed when a catalogue is loaded; a call costs a few lookups and whole-number
// arithmetic.
package cards

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"time"

	_ "time/tzdata" // A window of prices has a zone, and a collector's image often has none.
)

const (
	dollars    = "USD"
	normalised = "normalised"
)

// Name is what a cost calls the card that priced it.
type Name struct {
	Provider string `json:"provider"`
	Model    string `json:"model"`
	Layer    string `json:"layer"`
	Version  string `json:"version"`
	// Title is `provider/model`.
	Title string `json:"-"`
}

func (n Name) titled() *Name {
	n.Title = n.Provider + "/" + n.Model
	return &n
}

// Catalogue is a compiled catalogue, indexed. It never changes, and any number of goroutines may ask it.
type Catalogue struct {
	// Version is the content hash of all prices in it.
	Version   string
	classes   [MeterCount]class
	tokens    [MeterCount]bool
	wholes    []whole
	roots     uint64
	spellings map[string]string
	rules     []nameRule
	axes      [axisCount]string
	standard  [axisCount][]string
	plans     []plan
	cards     []card

	contracted, list, resale *book
	fx                       map[string][]fxRate
}

type class uint8

// The kinds of things that are charged, in the order of their attributes.
const (
	classInput class = iota
	classCacheRead
	classCacheWrite
	classOutput
	classOther
	// ClassCount is how many there are.
	ClassCount int = iota
)

var classNames = [ClassCount]string{"input", "cache_read", "cache_write", "output", "other"}

type whole struct {
	meter  Meter
	groups [][]Meter
	parts  uint64
}

// plan says how the tokens of a call are split among the meters that have a rate.
type plan struct {
	nodes []node
	gaps  uint64
}

type node struct {
	meter, owner Meter
	below        []Meter
}

type card struct {
	name     *Name
	currency string
	periods  []period
}

type fxRate struct {
	fromUs, toUs *int64
	rate         *big.Rat
	text, from   string
	source       json.RawMessage
}

type book struct {
	providers map[string]*provider
	customers map[string]int
}

type deployment struct {
	Model  string  `json:"model"`
	Region *string `json:"region"`
}

type provider struct {
	id              string
	names           names
	memory          memory
	deployments     map[string]deployment
	termDeployments map[string]bool
	variants        map[int][]variantJSON
	lists           map[int]names
}

// Load reads a compiled catalogue. Whatever cannot be understood is an error that says what to do; half a catalogue is never used.
func Load(data []byte) (*Catalogue, error) {
	file, err := decode(data)
	if err != nil {
		return nil, err
	}
	c := &Catalogue{Version: file.Version, spellings: file.Spellings}
	if c.rules, err = rulesOf(file); err != nil {
		return nil, err
	}
	l := &loader{file: file, catalogue: c}
	for _, step := range []func() error{l.meters, l.axes, l.plans, l.cards, l.books, l.fx} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// CardCount is how many cards it has.
func (c *Catalogue) CardCount() int { return len(c.cards) }

// HasCustomers says whether some customers have prices of their own, so that a call's customer matters.
func (c *Catalogue) HasCustomers() bool { return len(c.contracted.customers) > 0 }

type loader struct {
	file      *fileJSON
	catalogue *Catalogue
}

func (l *loader) meters() error {
	c := l.catalogue
	if len(l.file.Meters) != MeterCount {
		return fmt.Errorf("it has %d meters and this processor knows %d; use the processor of the version that wrote it", len(l.file.Meters), MeterCount)
	}
	for at, meter := range l.file.Meters {
		if meter.Name != Meters[at] {
			return fmt.Errorf("its meter %d is %q and this processor's is %q; use the processor of the version that wrote it", at, meter.Name, Meters[at])
		}
		own := slices.Index(classNames[:], meter.Class)
		if own < 0 {
			return fmt.Errorf("the meter %q has the class %q, which nobody knows", meter.Name, meter.Class)
		}
		c.classes[at], c.tokens[at] = class(own), meter.Token
	}
	for _, one := range l.file.Wholes {
		meter, err := l.meter(one.Whole)
		if err != nil {
			return err
		}
		added := whole{meter: meter}
		for _, group := range one.Groups {
			parts, err := l.meterList(group)
			if err != nil {
				return err
			}
			added.groups = append(added.groups, parts)
			added.parts |= bitsOf(parts)
		}
		c.wholes = append(c.wholes, added)
	}
	roots, err := l.meterList(l.file.Roots)
	c.roots = bitsOf(roots)
	return err
}

func (l *loader) meter(name string) (Meter, error) {
	meter, known := MeterOf(name)
	if !known {
		return NoMeter, fmt.Errorf("it names the meter %q, which is none; write it anew with `costspan cards compile`", name)
	}
	return meter, nil
}

func (l *loader) meterList(listed []string) ([]Meter, error) {
	meters := make([]Meter, 0, len(listed))
	for _, name := range listed {
		meter, err := l.meter(name)
		if err != nil {
			return nil, err
		}
		meters = append(meters, meter)
	}
	return meters, nil
}

func bitsOf(meters []Meter) (bits uint64) {
	for _, meter := range meters {
		bits |= 1 << meter
	}
	return bits
}

func (l *loader) axes() error {
	if !slices.Equal(l.file.Axes, axisNames[:]) {
		return fmt.Errorf("its axes are %v and this processor knows %v; use the processor of the version that wrote it", l.file.Axes, axisNames)
	}
	for at, name := range axisNames {
		l.catalogue.standard[at] = l.file.StandardValues[name]
	}
	return nil
}

func (l *loader) plans() error {
	for _, one := range l.file.Plans {
		added := plan{}
		gaps, err := l.meterList(one.Gaps)
		if err != nil {
			return err
		}
		added.gaps = bitsOf(gaps)
		for _, listed := range one.Nodes {
			own := node{owner: NoMeter}
			if own.meter, err = l.meter(listed.Meter); err != nil {
				return err
			}
			if listed.Owner != nil {
				if own.owner, err = l.meter(*listed.Owner); err != nil {
					return err
				}
			}
			if own.below, err = l.meterList(listed.Below); err != nil {
				return err
			}
			added.nodes = append(added.nodes, own)
		}
		l.catalogue.plans = append(l.catalogue.plans, added)
	}
	return nil
}

func (l *loader) cards() error {
	for at, one := range l.file.Cards {
		added := card{name: one.Card.titled(), currency: one.Currency}
		for number := range one.Periods {
			period, err := l.period(&one.Periods[number])
			if err != nil {
				return fmt.Errorf("card %d, %s/%s, period %d: %w", at, one.Card.Provider, one.Card.Model, number, err)
			}
			added.periods = append(added.periods, period)
		}
		l.catalogue.cards = append(l.catalogue.cards, added)
	}
	return nil
}

func (l *loader) books() (err error) {
	c := l.catalogue
	if c.contracted, err = l.book(l.file.Books.Contracted); err != nil {
		return err
	}
	if c.list, err = l.book(l.file.Books.List); err != nil {
		return err
	}
	c.resale, err = l.book(l.file.Books.Resale)
	return err
}

func (l *loader) book(listed *bookJSON) (*book, error) {
	if listed == nil {
		return nil, nil
	}
	added := &book{providers: map[string]*provider{}, customers: listed.Customers}
	own := map[string]*provider{}
	for id, one := range listed.Providers {
		p := &provider{
			id:              id,
			names:           namesOf(one.Names),
			deployments:     one.Deployments,
			termDeployments: map[string]bool{},
			variants:        map[int][]variantJSON{},
			lists:           map[int]names{},
		}
		for _, name := range one.TermDeployments {
			p.termDeployments[name] = true
		}
		cards := []namesJSON{one.Names}
		for key, variants := range one.Variants {
			number, err := l.number(key, len(l.catalogue.cards))
			if err != nil {
				return nil, err
			}
			p.variants[number] = variants
			for _, variant := range variants {
				cards = append(cards, namesJSON{"": {Card: variant.Card}})
			}
		}
		for key, raw := range one.Lists {
			number, err := l.number(key, len(l.file.Books.Contracted.Customers)+1<<20)
			if err != nil {
				return nil, err
			}
			var entries namesJSON
			if err := json.Unmarshal(raw, &entries); err != nil {
				return nil, fmt.Errorf("the price list %s of %s: %w", key, id, err)
			}
			cards = append(cards, entries)
			p.lists[number] = namesOf(entries)
		}
		for _, entries := range cards {
			for name, entry := range entries {
				if entry.Card < 0 || entry.Card >= len(l.catalogue.cards) {
					return nil, fmt.Errorf("%s/%s leads to card %d, and there are %d; write it anew with `costspan cards compile`", id, name, entry.Card, len(l.catalogue.cards))
				}
			}
		}
		own[id] = p
	}
	for spelling, id := range l.file.Spellings {
		if p := own[id]; p != nil {
			added.providers[spelling] = p
		}
	}
	for id, p := range own {
		added.providers[id] = p
	}
	return added, nil
}

func (l *loader) number(text string, below int) (int, error) {
	var number int
	if err := json.Unmarshal([]byte(text), &number); err != nil || number < 0 || number >= below {
		return 0, fmt.Errorf("%q is no number of a card or group; write it anew with `costspan cards compile`", text)
	}
	return number, nil
}

func (l *loader) fx() error {
	if l.file.Fx == nil {
		return nil
	}
	l.catalogue.fx = map[string][]fxRate{}
	for _, one := range l.file.Fx {
		rate, err := parseDecimal(one.Rate)
		if err != nil {
			return fmt.Errorf("the exchange rate of %s: %w", one.Currency, err)
		}
		l.catalogue.fx[one.Currency] = append(l.catalogue.fx[one.Currency],
			fxRate{fromUs: one.FromUs, toUs: one.ToUs, rate: rate, text: one.Rate, from: one.From, source: one.Source})
	}
	return nil
}

func (l *loader) period(listed *periodJSON) (period, error) {
	zone, err := time.LoadLocation(listed.Zone)
	if err != nil {
		return period{}, fmt.Errorf("the zone %q: %w", listed.Zone, err)
	}
	added := period{name: listed.Card.titled(), zone: zone, fromUs: listed.FromUs, toUs: listed.ToUs}
	t, err := l.terms(listed)
	if err != nil {
		return period{}, err
	}
	if added.prices, err = l.served(&listed.setJSON, t); err != nil {
		return period{}, err
	}
	for at := range listed.Windows {
		prices, err := l.served(&listed.Windows[at].setJSON, t)
		if err != nil {
			return period{}, fmt.Errorf("window %d: %w", at, err)
		}
		added.windows = append(added.windows, window{spans: listed.Windows[at].Spans, prices: prices})
	}
	return added, nil
}
