package cards

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// parseDecimal reads a plain decimal text ≥ 0, such as "1.25", exactly.
func parseDecimal(text string) (*big.Rat, error) {
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if !isDigits(whole) || (hasPoint && !isDigits(fraction)) || len(text) > 64 {
		return nil, fmt.Errorf("%q is not a plain decimal such as \"1.25\"", text)
	}
	value, _ := new(big.Rat).SetString(text)
	return value, nil
}

func isDigits(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// divideHalfEven is the nearest whole number; a tie goes to the even one.
func divideHalfEven(value *big.Rat) *big.Int {
	quotient, rest := new(big.Int).QuoRem(value.Num(), value.Denom(), new(big.Int))
	switch rest.Lsh(rest, 1).Cmp(value.Denom()) {
	case 1:
		quotient.Add(quotient, big.NewInt(1))
	case 0:
		quotient.Add(quotient, new(big.Int).SetUint64(uint64(quotient.Bit(0))))
	}
	return quotient
}

// ratOf is the shortest decimal that reads back as the double: what a count says in text.
func ratOf(value float64) *big.Rat {
	exact, _ := new(big.Rat).SetString(strconv.FormatFloat(value, 'f', -1, 64))
	return exact
}
