package spans

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// jsonNumber is a number of JSON as other readers hold it.
type jsonNumber float64

// jsonObject is an object in the order of its fields; of a field that stands twice the last value, in the first place.
type jsonObject []jsonField

type jsonField struct {
	name  string
	value any
}

func (o jsonObject) get(name string) any {
	for at := range o {
		if o[at].name == name {
			return o[at].value
		}
	}
	return nil
}

func (o jsonObject) has(name string) bool {
	for at := range o {
		if o[at].name == name {
			return true
		}
	}
	return false
}

func (o jsonObject) object(name string) jsonObject {
	own, _ := o.get(name).(jsonObject)
	return own
}

var errNotAnObject = errors.New("no object")

// parseJSONObject reads the object that an attribute holds as JSON text; an error when it holds none, or a longer one than is read.
func parseJSONObject(text string) (jsonObject, error) {
	if !strings.HasPrefix(text, "{") || !cards.LengthMax(text, jsonLengthMax) {
		return nil, errNotAnObject
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	value, err := parseJSON(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotAnObject
	}
	object, _ := value.(jsonObject)
	return object, nil
}

func parseJSON(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return parseFields(decoder)
		}
		list := []any{}
		for decoder.More() {
			item, err := parseJSON(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := decoder.Token()
		return list, err
	case json.Number:
		number, err := strconv.ParseFloat(token.String(), 64)
		if err != nil && !math.IsInf(number, 0) {
			return nil, err
		}
		return jsonNumber(number), nil
	}
	return token, nil
}

func parseFields(decoder *json.Decoder) (jsonObject, error) {
	object := jsonObject{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseJSON(decoder)
		if err != nil {
			return nil, err
		}
		object = object.with(name.(string), value)
	}
	_, err := decoder.Token()
	return object, err
}

func (o jsonObject) with(name string, value any) jsonObject {
	for at := range o {
		if o[at].name == name {
			o[at].value = value
			return o
		}
	}
	return append(o, jsonField{name, value})
}

// countOfJSON reads a count: a number or decimal text.
func countOfJSON(value any, meter cards.Meter) (float64, bool) {
	switch value := value.(type) {
	case jsonNumber:
		return float64(value), cards.IsCount(float64(value), meter)
	case string:
		return countOfText(value, meter)
	}
	return 0, false
}
