package spans

import (
	"math/big"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// amountMax is the most that one call costs; more is a mistake of units.
const amountMax = 1e9

// shiftMax is the longest number that is scaled: a double has at most 17 digits and 324 places.
const shiftMax = 400

const moneyScale = 18

// reportedCost is a cost that somebody put on the span before us. `gen_ai.usage.cost.amount` counts only when its source is not
// `local`, since that is another price list's opinion and not the provider's.
func reportedCost(attributes pcommon.Map) cards.Reported {
	if textAt(attributes, "gen_ai.usage.cost.source") != "local" {
		if value, ok := attributes.Get("gen_ai.usage.cost.amount"); ok {
			amount, currency := plainAmount(value), "USD"
			if stated, ok := attributes.Get("gen_ai.usage.cost.currency"); ok && !isNothing(stated) {
				currency = textAt(attributes, "gen_ai.usage.cost.currency")
			}
			if amount != "" && isCurrency(currency) {
				return cards.Reported{Amount: amount, Currency: currency}
			}
		}
	}
	for _, name := range [...]string{"gen_ai.usage.cost", "llm.cost.total", "operation.cost"} {
		if value, ok := attributes.Get(name); ok {
			if amount := plainAmount(value); amount != "" {
				return cards.Reported{Amount: amount, Currency: "USD"}
			}
		}
	}
	return cards.Reported{}
}

// isNothing is a value that is no scalar: a list, a map, bytes, nothing.
func isNothing(value pcommon.Value) bool {
	switch value.Type() {
	case pcommon.ValueTypeStr, pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
		return false
	}
	return true
}

func isCurrency(code string) bool {
	return len(code) == 3 && isLetters(strings.ToLower(code)) && code == strings.ToUpper(code)
}

// plainAmount is a number or decimal text as a plain decimal of at most 18 places, half up beyond; "" when it is no amount.
func plainAmount(value pcommon.Value) string {
	if value.Type() == pcommon.ValueTypeStr {
		return plainAmountOf(value.Str())
	}
	if number, ok := numberOf(value); ok {
		return plainAmountOf(numberText(number))
	}
	return ""
}

func plainAmountOf(text string) string {
	lower := cards.Lower(text)
	mantissa, exponent, hasExponent := strings.Cut(lower, "e")
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	if !isDigits(whole) || (hasPoint && !isDigits(fraction)) {
		return ""
	}
	power := 0
	if hasExponent {
		if len(exponent) < 2 || (exponent[0] != '+' && exponent[0] != '-') || !isDigits(exponent[1:]) {
			return ""
		}
		var err error
		if power, err = strconv.Atoi(exponent); err != nil {
			return ""
		}
	}
	if size, err := strconv.ParseFloat(lower, 64); err != nil || size > amountMax {
		return ""
	}
	shift := power - len(fraction) + moneyScale
	if shift > shiftMax || shift < -shiftMax || len(whole)+len(fraction) > shiftMax {
		return ""
	}
	scaled, _ := new(big.Int).SetString(whole+fraction, 10)
	if shift >= 0 {
		scaled.Mul(scaled, powerOfTen(shift))
	} else {
		divisor := powerOfTen(-shift)
		scaled.Lsh(scaled, 1).Add(scaled, divisor).Quo(scaled, divisor.Lsh(divisor, 1))
	}
	digits := scaled.String()
	if len(digits) <= moneyScale {
		digits = strings.Repeat("0", moneyScale+1-len(digits)) + digits
	}
	point := len(digits) - moneyScale
	decimals := strings.TrimRight(digits[point:], "0")
	if decimals == "" {
		return digits[:point]
	}
	return digits[:point] + "." + decimals
}

func powerOfTen(places int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
}
