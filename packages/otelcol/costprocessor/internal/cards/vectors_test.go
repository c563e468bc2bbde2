package cards

import (
	"bufio"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// vectors holds the conformance vectors of the repository; compiledVar names the folder that `npm test` compiles their cards into.
const (
	vectors     = "../../../../../test/conformance"
	compiledVar = "COSTSPAN_COMPILED_CARDS"
)

type vector struct {
	ID    string `json:"id"`
	Input struct {
		Provider    string         `json:"provider"`
		Model       string         `json:"model"`
		Deployment  *string        `json:"deployment"`
		Customer    *string        `json:"customer"`
		At          string         `json:"at"`
		Usage       map[string]any `json:"usage"`
		UsageStatus string         `json:"usage_status"`
		Context     map[string]any `json:"context"`
		Reported    *struct {
			Amount   string `json:"amount"`
			Currency string `json:"currency"`
		} `json:"reported_cost"`
	} `json:"input"`
	Expected map[string]any `json:"expected"`
}

func TestEveryConformanceVectorIsAnsweredDigitByDigit(t *testing.T) {
	folder := os.Getenv(compiledVar)
	if folder == "" {
		t.Skipf("%s is not set: `npm test` compiles the cards of the vectors and sets it", compiledVar)
	}
	files, err := filepath.Glob(filepath.Join(vectors, "*.ndjson"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s: %v", vectors, err)
	}
	answered := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".ndjson")
		data, err := os.ReadFile(filepath.Join(folder, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		catalogue, err := Load(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, one := range readVectors(t, file) {
			answered++
			if got := catalogue.answer(t, one); !reflect.DeepEqual(got, one.Expected) {
				want, _ := json.Marshal(one.Expected)
				have, _ := json.Marshal(got)
				t.Errorf("%s:\nwant %s\n got %s", one.ID, want, have)
			}
		}
	}
	if answered < 500 {
		t.Errorf("only %d vectors were answered", answered)
	}
	t.Logf("%d vectors", answered)
}

func readVectors(t *testing.T, file string) []vector {
	t.Helper()
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	lines := bufio.NewScanner(opened)
	lines.Buffer(nil, 16<<20)
	var list []vector
	for isHead := true; lines.Scan(); isHead = false {
		if isHead {
			continue
		}
		var one vector
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, one)
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	return list
}

// answer is what `costspan price` says about the call, as plain JSON.
func (c *Catalogue) answer(t *testing.T, one vector) map[string]any {
	t.Helper()
	call := callOf(t, one)
	var computed Cost
	c.price(c.contracted, call, &computed)
	answer := answerOf(&computed)
	shown := computed
	if reported := one.Input.Reported; reported != nil {
		var cost InDollars
		c.Price(call, Reported{Amount: reported.Amount, Currency: reported.Currency}, &cost)
		if cost.Status == ProviderReported {
			shown = cost.Cost
			answer = answerOf(&shown)
			answer["lines"].([]any)[0].(map[string]any)["rate"] = reported.Amount
		}
	}
	if c.list != nil || c.resale != nil {
		own := func(cost *Cost) any {
			if !cost.HasTotal {
				return nil
			}
			if cost.Currency == shown.Currency {
				return cost.Total.String()
			}
			rate := c.rateAt(cost.Currency, call.AtUs)
			if shown.Currency != dollars || rate == nil {
				return nil
			}
			return exchange(cost.Total, rate).String()
		}
		priced := func(b *book) any {
			var cost Cost
			c.price(b, call, &cost)
			return own(&cost)
		}
		answer["contracted"], answer["list"], answer["resale"] = own(&computed), own(&computed), nil
		if c.list != nil {
			answer["list"] = priced(c.list)
		}
		if c.resale != nil {
			answer["resale"] = priced(c.resale)
		}
	}
	if c.fx != nil && shown.Currency != dollars && shown.HasTotal {
		answer["converted"] = c.converted(answer, shown.Currency, call.AtUs)
	}
	return answer
}

func (c *Catalogue) converted(answer map[string]any, currency string, us int64) map[string]any {
	rate := c.rateAt(currency, us)
	if rate == nil {
		return map[string]any{"currency": dollars, "total": nil, "reason": "fx_missing:" + currency}
	}
	amount := func(value any) any {
		text, ok := value.(string)
		if !ok {
			return nil
		}
		exact, _ := new(big.Rat).SetString(text)
		return exchange(amountOf(divideHalfEven(exact.Mul(exact, attoRat))), rate).String()
	}
	var source any
	if err := json.Unmarshal(rate.source, &source); err != nil {
		panic(err)
	}
	converted := map[string]any{"currency": dollars, "total": amount(answer["total"]), "rate": rate.text, "source": source}
	if rate.from != "" {
		converted["from"] = rate.from
	}
	if _, ok := answer["list"]; ok {
		for _, key := range []string{"list", "contracted", "resale"} {
			converted[key] = amount(answer[key])
		}
	}
	return converted
}

func callOf(t *testing.T, one vector) *Call {
	t.Helper()
	input := one.Input
	at, err := time.Parse(time.RFC3339Nano, input.At)
	if err != nil {
		t.Fatalf("%s: %v", one.ID, err)
	}
	call := &Call{
		Provider: input.Provider, Model: input.Model, AtUs: at.UnixMicro(),
		Unavailable: input.UsageStatus == "unavailable", Estimated: input.UsageStatus == "estimated",
	}
	if input.Deployment != nil {
		call.Deployment, call.HasDeployment = *input.Deployment, true
	}
	if input.Customer != nil {
		call.Customer, call.HasCustomer = *input.Customer, true
	}
	call.Counts.Clear()
	for name, value := range input.Usage {
		meter, known := MeterOf(name)
		if !known || value == nil {
			continue
		}
		if count, ok := value.(float64); ok && IsCount(count, meter) {
			call.Counts.Set(meter, count)
		} else if call.Counts.Invalid == NoMeter || meter < call.Counts.Invalid {
			call.Counts.Invalid = meter
		}
	}
	text := func(axis string) string {
		switch value := input.Context[axis].(type) {
		case string:
			return value
		case nil:
			return ""
		case float64:
			return strconv.FormatFloat(value, 'f', -1, 64)
		default:
			t.Fatalf("%s: the context %s is %v", one.ID, axis, value)
			return ""
		}
	}
	call.Context = Context{
		ServiceTier: text("service_tier"), Speed: text("speed"), Region: text("region"), Variant: text("variant"),
		Batch: input.Context["batch"] == true,
	}
	if size, ok := input.Context["prompt_tokens"].(float64); ok && size >= 0 && size == float64(int64(size)) {
		call.Context.Prompt, call.Context.HasPrompt = size, true
	}
	return call
}

func answerOf(cost *Cost) map[string]any {
	answer := map[string]any{
		"status": cost.Status, "total": nil, "currency": cost.Currency, "lines": []any{}, "card": nil, "match": nil,
	}
	if cost.HasTotal {
		answer["total"] = cost.Total.String()
	}
	if cost.Reason != "" {
		answer["reason"] = cost.Reason
	}
	if cost.Card != nil {
		answer["match"] = cost.Match
		answer["card"] = map[string]any{
			"provider": cost.Card.Provider, "model": cost.Card.Model, "layer": cost.Card.Layer, "version": cost.Card.Version,
		}
	}
	lines := make([]any, 0, len(cost.Lines))
	for at := range cost.Lines {
		lines = append(lines, lineJSON(&cost.Lines[at]))
	}
	answer["lines"] = lines
	return answer
}

func lineJSON(line *Line) map[string]any {
	shown := map[string]any{
		"meter": Meters[line.Meter], "quantity": line.Quantity, "rate": "", "per": 1.0, "amount": line.Amount.String(),
	}
	if line.Quantity != line.Counted {
		shown["counted"] = line.Counted
	}
	if line.Above != 0 {
		shown["above"] = line.Above
	}
	if line.Charge == nil {
		return shown
	}
	shown["rate"], shown["per"] = line.Charge.rate, float64(line.Charge.per)
	if line.Charge.fee != "" {
		shown["fee"] = line.Charge.fee
	}
	if len(line.Charge.factors) > 0 {
		multipliers := make([]any, 0, len(line.Charge.factors))
		for _, factor := range line.Charge.factors {
			multipliers = append(multipliers, map[string]any{"name": factor.Name, "factor": factor.Factor})
		}
		shown["multipliers"] = multipliers
	}
	return shown
}
