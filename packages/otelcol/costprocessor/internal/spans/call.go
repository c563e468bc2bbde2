package spans

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// Call is what a span says about one call that a provider bills.
type Call struct {
	Provider                    string
	RequestModel, ResponseModel string
	Counts                      cards.Counts
	// UsageStatus is `reported`, `estimated` or `unavailable`.
	UsageStatus string
	Outcome     string
	Context     cards.Context
	AtUs        int64
	// Reported is a cost that somebody put on the span before us.
	Reported cards.Reported
	// InvalidCount is where a count belonged that could not be read; UnknownMeter is a meter that nobody knows.
	InvalidCount, UnknownMeter       string
	HasInvalidCount, HasUnknownMeter bool
	Customer                         string
	HasCustomer                      bool
	// Dialect is who wrote the span.
	Dialect string
}

// Kind is what a span is to the processor.
type Kind uint8

const (
	// Other is about no model.
	Other Kind = iota
	// Context is about a model, above or beside the call: billing it would count its calls twice.
	Context
	// Costed carries a cost of ours already.
	Costed
	// Rejected is a call without the ids or times that a call has.
	Rejected
	// Billable is one request that a provider bills.
	Billable
)

// Scope is what is the same for many spans.
type Scope struct {
	Resource pcommon.Map
	Name     string
	// WithCustomer reads the customer of calls. It costs time, and only some catalogues have prices by customer.
	WithCustomer bool
}

// Reader reads one span after the other. It is for one goroutine.
type Reader struct{ r reading }

// Read looks a span over and fills `call` when it is a call that a provider bills. Whatever the values are, no count is invented.
func (reader *Reader) Read(span ptrace.Span, scope *Scope, call *Call) Kind {
	attributes := span.Attributes()
	marks := marksOf(attributes)
	if marks&aboutModel == 0 {
		return Other
	}
	dialect := dialectOf(marks, scope.Name)
	if dialect == nil {
		return Other
	}
	r := &reader.r
	*r = reading{span: span, attributes: attributes, scope: scope, marks: marks, call: call}
	*call = Call{Outcome: "ok", Dialect: dialect.name}
	if span.Status().Code() == ptrace.StatusCodeError {
		call.Outcome = "error"
	}
	dialect.read(r)
	isCall := r.role == roleCall
	if marks&markBillable != 0 {
		if billable, stated := booleanAt(attributes, "costspan.billable"); stated {
			isCall = billable
		}
	}
	start, end := micros(span.StartTimestamp()), micros(span.EndTimestamp())
	isWhole := !span.TraceID().IsEmpty() && !span.SpanID().IsEmpty() && (start != 0 || end != 0)
	switch {
	case !isCall && isWhole:
		return Context
	case !isCall:
		return Other
	case !isWhole:
		return Rejected
	case marks&markCost != 0:
		return Costed
	}
	if call.AtUs = start; start == 0 {
		call.AtUs = end
	}
	if !r.isReportedNone && call.Reported.Amount == "" {
		call.Reported = reportedCost(attributes)
	}
	if scope.WithCustomer {
		call.Customer, call.HasCustomer = customerOf(attributes, scope.Resource, &r.tags)
	}
	return Billable
}

// micros are rounded down; a time beyond 2^53 is none.
func micros(at pcommon.Timestamp) int64 {
	if us := uint64(at) / 1000; us <= integerMax {
		return int64(us)
	}
	return 0
}

// reading is one span being read.
type reading struct {
	span       ptrace.Span
	attributes pcommon.Map
	scope      *Scope
	marks      mark
	call       *Call
	found      facts
	tags       tagCollector
	role       role
	// isReportedNone says that the cost on the span is the opinion of somebody's own price list.
	isReportedNone bool
}

func (r *reading) has(name string) bool {
	_, ok := r.attributes.Get(name)
	return ok
}

// fill makes a call of what a table found, as most dialects mean it. The role is the dialect's own where it knows better.
func (r *reading) fill(own ...role) {
	found, call := &r.found, r.call
	model := found.model()
	if len(own) > 0 {
		r.role = own[0]
	} else {
		r.role = roleOf(found.texts[operation], model, r.span.Kind())
	}
	call.Provider = providerOf(found.texts[provider], model)
	call.RequestModel, call.ResponseModel = found.texts[requestModel], found.texts[responseModel]
	call.Counts = found.counts
	call.UsageStatus = "reported"
	if call.Counts.Present == 0 {
		call.UsageStatus = "unavailable"
	}
	call.InvalidCount, call.HasInvalidCount = found.invalid, found.hasInvalid
	call.UnknownMeter, call.HasUnknownMeter = found.unknown, found.hasUnknown
	// What decides the price, as it was served. `auto` is a request and no tier. The host tells the place where the span does not.
	if tier := found.texts[serviceTier]; tier != "auto" {
		call.Context.ServiceTier = tier
	}
	call.Context.Speed = found.texts[speed]
	if call.Context.Region = found.texts[region]; call.Context.Region == "" {
		call.Context.Region = regionOfHost(found.texts[serverAddress])
	}
}

// includeCache adds the cached tokens to an input count that leaves them out.
func (r *reading) includeCache() {
	if counts := &r.call.Counts; counts.Has(cards.InputTokens) {
		counts.Values[cards.InputTokens] += counts.Values[cards.CacheReadTokens] + counts.Values[cards.CacheWriteTokens]
		checkSum(counts, cards.InputTokens)
	}
}

var reasoningTokens = cards.MustMeter("output_reasoning_tokens")

// addThoughts adds the thoughts to an output count that leaves them out.
func (r *reading) addThoughts() {
	if counts := &r.found.counts; counts.Has(cards.OutputTokens) && counts.Has(reasoningTokens) {
		counts.Values[cards.OutputTokens] += counts.Values[reasoningTokens]
		checkSum(counts, cards.OutputTokens)
	}
}

// checkSum marks a sum of counts that is above the largest count, as the prices do.
func checkSum(counts *cards.Counts, meter cards.Meter) {
	if counts.Values[meter] > integerMax && (counts.Invalid == cards.NoMeter || meter < counts.Invalid) {
		counts.Invalid = meter
	}
}

// regionOfHost is the place that a provider's host name states, "" when it states none.
func regionOfHost(host string) string {
	if host == "" || len(host) > 253 {
		return ""
	}
	name := cards.Lower(host)
	if place, ok := strings.CutSuffix(name, ".api.openai.com"); ok {
		if len(place) == 2 && isLetters(place) {
			return place
		}
		return ""
	}
	if zone, ok := strings.CutSuffix(name, ".api.x.ai"); ok {
		parts := strings.Split(zone, "-")
		if len(parts) == 3 && len(parts[0]) == 2 && isLetters(parts[0]) && isLetters(parts[1]) && isDigits(parts[2]) {
			return parts[0]
		}
		return ""
	}
	if rest, ok := strings.CutPrefix(name, "bedrock-"); ok {
		return regionOfBedrock(rest)
	}
	if place, ok := strings.CutSuffix(name, "-aiplatform.googleapis.com"); ok {
		if isVertexLocation(place) {
			return place
		}
		return ""
	}
	switch name {
	case "aiplatform.us.rep.googleapis.com":
		return "us"
	case "aiplatform.eu.rep.googleapis.com":
		return "eu"
	case "aiplatform.googleapis.com":
		return "global"
	}
	return ""
}

func regionOfBedrock(rest string) string {
	service, host, ok := strings.Cut(rest, ".")
	if !ok || (service != "runtime" && service != "runtime-fips" && service != "mantle") {
		return ""
	}
	place, domain, ok := strings.Cut(host, ".")
	if !ok || (domain != "amazonaws.com" && domain != "amazonaws.com.cn" && domain != "api.aws") {
		return ""
	}
	// Two letters, one or more words, a number: us-east-1, us-gov-west-1.
	parts := strings.Split(place, "-")
	last := len(parts) - 1
	if last < 2 || len(parts[0]) != 2 || !isDigits(parts[last]) {
		return ""
	}
	for _, part := range parts[:last] {
		if !isLetters(part) {
			return ""
		}
	}
	return place
}

// isVertexLocation is words and at last a word with a number: europe-west4.
func isVertexLocation(place string) bool {
	parts := strings.Split(place, "-")
	last := parts[len(parts)-1]
	number := strings.TrimLeft(last, "abcdefghijklmnopqrstuvwxyz")
	if len(parts) < 2 || len(number) == len(last) || !isDigits(number) {
		return false
	}
	for _, part := range parts[:len(parts)-1] {
		if !isLetters(part) {
			return false
		}
	}
	return true
}

func isLetters(text string) bool {
	for at := 0; at < len(text); at++ {
		if text[at] < 'a' || text[at] > 'z' {
			return false
		}
	}
	return text != ""
}
