package spans

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// integerMax is the largest whole number that is a number to every reader of the dialects: 2^53 - 1.
const integerMax = 1<<53 - 1

// numberOf is a number that all readers hold exactly.
func numberOf(value pcommon.Value) (float64, bool) {
	switch value.Type() {
	case pcommon.ValueTypeInt:
		if whole := value.Int(); whole >= -integerMax && whole <= integerMax {
			return float64(whole), true
		}
	case pcommon.ValueTypeDouble:
		return value.Double(), true
	}
	return 0, false
}

// factText is the text of a fact: a text that is not empty, or a finite number as its text; "" when it is neither.
func factText(value pcommon.Value) string {
	if value.Type() == pcommon.ValueTypeStr {
		return value.Str()
	}
	if number, ok := numberOf(value); ok && !math.IsInf(number, 0) && !math.IsNaN(number) {
		return numberText(number)
	}
	return ""
}

// numberText is the shortest text of a number, with an exponent where others write one.
func numberText(number float64) string {
	switch {
	case math.IsNaN(number):
		return "NaN"
	case math.IsInf(number, 1):
		return "Infinity"
	case math.IsInf(number, -1):
		return "-Infinity"
	case number == 0:
		return "0"
	}
	if size := math.Abs(number); size >= 1e21 || size < 1e-6 {
		text := strconv.FormatFloat(number, 'e', -1, 64)
		// 1e-07 is 1e-7 elsewhere.
		mantissa, exponent, _ := strings.Cut(text, "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
	}
	return strconv.FormatFloat(number, 'f', -1, 64)
}

// countOf reads a count: a whole number ≥ 0, or a decimal text of one; a fraction only of seconds.
func countOf(value pcommon.Value, meter cards.Meter) (float64, bool) {
	switch value.Type() {
	case pcommon.ValueTypeInt:
		whole := value.Int()
		return float64(whole), whole >= 0 && whole <= integerMax
	case pcommon.ValueTypeDouble:
		return value.Double(), cards.IsCount(value.Double(), meter)
	case pcommon.ValueTypeStr:
		return countOfText(value.Str(), meter)
	}
	return 0, false
}

func countOfText(text string, meter cards.Meter) (float64, bool) {
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if !isDigits(whole) || (hasPoint && !isDigits(fraction)) {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil && cards.IsCount(number, meter)
}

func isDigits(text string) bool {
	for at := 0; at < len(text); at++ {
		if text[at] < '0' || text[at] > '9' {
			return false
		}
	}
	return text != ""
}

// textAt is the text under a name, "" when there is none.
func textAt(attributes pcommon.Map, name string) string {
	if value, ok := attributes.Get(name); ok && value.Type() == pcommon.ValueTypeStr {
		return value.Str()
	}
	return ""
}

// booleanAt is a boolean under a name, also as the text that some exporters make of it.
func booleanAt(attributes pcommon.Map, name string) (value, stated bool) {
	found, ok := attributes.Get(name)
	if !ok {
		return false, false
	}
	switch found.Type() {
	case pcommon.ValueTypeBool:
		return found.Bool(), true
	case pcommon.ValueTypeStr:
		return found.Str() == "true", found.Str() == "true" || found.Str() == "false"
	}
	return false, false
}
