package cards

import (
	"math/big"
	"math/bits"
	"strconv"
)

// attoPerUnit is 10^18: amounts count 10^-18 of a currency unit.
const attoPerUnit = 1_000_000_000_000_000_000

// Amount is an exact amount ≥ 0 in 10^-18 of a currency unit: 128 bits, and beyond them a big integer.
type Amount struct {
	hi, lo uint64
	big    *big.Int
}

func times(quantity, atto uint64) Amount {
	hi, lo := bits.Mul64(quantity, atto)
	return Amount{hi: hi, lo: lo}
}

func amountOf(value *big.Int) Amount {
	if value.BitLen() > 128 {
		return Amount{big: value}
	}
	low := new(big.Int).And(value, new(big.Int).SetUint64(^uint64(0)))
	return Amount{hi: new(big.Int).Rsh(value, 64).Uint64(), lo: low.Uint64()}
}

// Add is a + b.
func (a Amount) Add(b Amount) Amount {
	if a.big == nil && b.big == nil {
		lo, carry := bits.Add64(a.lo, b.lo, 0)
		hi, over := bits.Add64(a.hi, b.hi, carry)
		if over == 0 {
			return Amount{hi: hi, lo: lo}
		}
	}
	return amountOf(new(big.Int).Add(a.Int(), b.Int()))
}

// IsZero says whether nothing is owed.
func (a Amount) IsZero() bool { return a.big == nil && a.hi == 0 && a.lo == 0 }

// Int is the amount as a big integer.
func (a Amount) Int() *big.Int {
	if a.big != nil {
		return a.big
	}
	value := new(big.Int).SetUint64(a.hi)
	return value.Or(value.Lsh(value, 64), new(big.Int).SetUint64(a.lo))
}

// Append writes the plain decimal text of the amount: no exponent, no trailing zeros, "0" for nothing.
func (a Amount) Append(text []byte) []byte {
	if a.big != nil || a.hi >= attoPerUnit {
		whole, rest := new(big.Int).QuoRem(a.Int(), big.NewInt(attoPerUnit), new(big.Int))
		return appendFraction(whole.Append(text, 10), rest.Uint64())
	}
	whole, rest := bits.Div64(a.hi, a.lo, attoPerUnit)
	return appendFraction(strconv.AppendUint(text, whole, 10), rest)
}

func (a Amount) String() string {
	var text [40]byte
	return string(a.Append(text[:0]))
}

func appendFraction(text []byte, rest uint64) []byte {
	if rest == 0 {
		return text
	}
	var digits [19]byte
	digits[0] = '.'
	for at := 18; at > 0; at-- {
		digits[at] = byte('0' + rest%10)
		rest /= 10
	}
	end := len(digits)
	for digits[end-1] == '0' {
		end--
	}
	return append(text, digits[:end]...)
}

// powers are the powers of ten that a double holds exactly and an amount needs.
var powers = [19]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Double is the nearest double, for charts. The money is in the text.
func (a Amount) Double() float64 {
	if a.big == nil && a.hi == 0 {
		// Two exact doubles: their quotient is rounded once, which is the nearest.
		value, places := a.lo, 18
		for value >= 1<<53 && value%10 == 0 && places > 0 {
			value /= 10
			places--
		}
		if value < 1<<53 {
			return float64(value) / powers[places]
		}
	}
	nearest, _ := strconv.ParseFloat(a.String(), 64)
	return nearest
}
